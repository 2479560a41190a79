// SPDX-License-Identifier: Apache-2.0
//
// A transform of the built plugin, applied to literals; what it gave, as text. For tests only.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "cnx/testing/config.hpp"
#include "cnx/testing/conformance.hpp"
#include "cnx/testing/fake_host.hpp"
#include "cnx/testing/library.hpp"
#include "cnx/testing/rows.hpp"

namespace cnx::std_transforms::test {

inline const std::string kPlugin = CNX_PLUGIN_DIR "/std-transforms.so";

/// What an apply gave: each row or record as one line, each death as "origin path column: message", each filter as
/// "origin rule"; or the error of the whole batch.
struct Applied {
  std::vector<std::string> lines;
  std::vector<std::string> dead;
  std::vector<std::string> filtered;
  std::string error;
};

/// One instance, through its C table.
class Applier {
 public:
  Applier(std::string_view name, testing::Pairs set) {
    const cnx_component* component = testing::find_component(testing::load_plugin(kPlugin), name);
    if (component == nullptr) throw std::invalid_argument("the plugin has no " + std::string(name));
    table_ = static_cast<const cnx_transform*>(component->table);
    const testing::ConfigLiteral config(
        testing::with_defaults(component->keys, component->key_count, component->key_stride, std::move(set)));
    testing::ErrorSlot error;
    if (table_->create(host_.table(), &config.raw(), &self_, error.slot()) != CNX_OK) refusal_ = error.message;
  }
  ~Applier() {
    if (self_ != nullptr) table_->destroy(self_);
  }
  Applier(const Applier&) = delete;
  Applier& operator=(const Applier&) = delete;

  /// Why it could not be made; "": it was.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

  Applied apply(const cnx_batch& in) {
    if (self_ == nullptr) throw std::logic_error(refusal_);
    testing::CollectedOutput out;
    testing::ErrorSlot error;
    if (table_->apply(self_, &in, out.table(), error.slot()) != CNX_OK) return {{}, {}, {}, error.message};
    Applied applied;
    for (std::size_t b = 0; b < out.batches.size(); ++b) {
      const BatchView batch = out.batch(b);
      for (std::uint64_t i = 0; i < batch.size(); ++i)
        applied.lines.push_back(batch.raw().kind == CNX_ROWS ? row_line(batch, i) : record_line(batch.record(i)));
    }
    for (const auto& dead : out.rejects)
      applied.dead.push_back(std::to_string(dead.origin) + " " + dead.path + " " + dead.column + ": " + dead.message);
    for (const auto& part : out.filters) applied.filtered.push_back(std::to_string(part.origin) + " " + part.rule);
    return applied;
  }

 private:
  static std::string row_line(const BatchView& batch, std::uint64_t row) {
    std::string line = batch.is_delete(row) ? "DELETE" : "";
    for (std::uint32_t c = 0; c < batch.column_count(); ++c) {
      line += line.empty() ? "" : " ";
      line += std::string(batch.column(c).name()) + "=" + testing::cell_text(batch.column(c), row);
    }
    return line;
  }
  static std::string record_line(const cnx_record& record) {
    return std::string(view(record.topic)) + "/" + std::to_string(record.offset) + " " +
           (is_absent(record.value) ? "NULL" : std::string(view(record.value)));
  }

  testing::FakeHost host_;
  const cnx_transform* table_ = nullptr;
  void* self_ = nullptr;
  std::string refusal_;
};

}  // namespace cnx::std_transforms::test
