// SPDX-License-Identifier: Apache-2.0
#include "plugin/sink_instance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "plugin/call.h"

namespace cnx::host::plugin {
namespace {

struct Collector {
  std::vector<RejectedRow>& rejects;
  bool lost = false;

  cnx_rejects table() {
    cnx_rejects raw{};
    raw.struct_size = sizeof raw;
    raw.ctx = this;
    raw.reject = [](void* ctx, std::uint32_t row, cnx_str column, cnx_str message, std::int64_t native_code) {
      auto& me = *static_cast<Collector*>(ctx);
      callback(me.lost, [&] {
        me.rejects.push_back({row, std::string(view(column)), std::string(view(message)), native_code});
      });
    };
    return raw;
  }
};

bool chosen(const cnx_batch& batch, cnx_selection rows, std::uint32_t row) {
  return rows.rows == nullptr ? row < batch.count : std::binary_search(rows.rows, rows.rows + rows.count, row);
}

}  // namespace

SinkInstance::SinkInstance(const Component& component, const cnx_sink& table, void* self)
    : component_(component), table_(table), self_(self) {
  if (const auto* offsets = static_cast<const cnx_sink_offsets*>(component.extension(CNX_EXT_SINK_OFFSETS))) {
    offsets_.emplace(component, *offsets, self);
  }
  if (const auto* marks = static_cast<const cnx_sink_marks*>(component.extension(CNX_EXT_SINK_MARKS))) {
    marks_.emplace(component, *marks, self);
  }
}

Result<std::unique_ptr<SinkInstance>> SinkInstance::create(const Component& component, const HostContext& host,
                                                           const ConfigValues& config) {
  const auto& table = *static_cast<const cnx_sink*>(component.raw->table);
  CallError error;
  void* self = nullptr;
  const cnx_status status = table.create(host.table(), ConfigArgument(config).get(), &self, error.slot());
  CNX_TRY(error.status(status, component, "create"));
  if (self == nullptr) return broken_contract(component, "create", "succeeded without an instance");
  return std::unique_ptr<SinkInstance>(new SinkInstance(component, table, self));
}

SinkInstance::~SinkInstance() {
  stop();
  table_.destroy(self_);
}

Status SinkInstance::start() {
  started_ = true;  // also when it fails: what it opened has to be closed
  CallError error;
  return error.status(table_.start(self_, error.slot()), component_, "start");
}

Status SinkInstance::prepare(const cnx_batch& shape) {
  CallError error;
  return error.status(table_.prepare(self_, &shape, error.slot()), component_, "prepare");
}

Status SinkInstance::write(const cnx_batch& batch, std::vector<RejectedRow>& rejects) {
  return write(batch, cnx_selection{nullptr, batch.count}, rejects);
}

Status SinkInstance::write(const cnx_batch& batch, std::span<const std::uint32_t> rows,
                           std::vector<RejectedRow>& rejects) {
  assert(!rows.empty());
  return write(batch, cnx_selection{rows.data(), rows.size()}, rejects);
}

Status SinkInstance::write(const cnx_batch& batch, cnx_selection rows, std::vector<RejectedRow>& rejects) {
  rejects.clear();
  Collector collector{rejects};
  const cnx_rejects raw = collector.table();
  CallError error;
  Status status = error.status(table_.write(self_, &batch, rows, &raw, error.slot()), component_, "write");
  if (collector.lost) return fatal_error("out of memory while taking the rejects of " + component_.described());
  for (const RejectedRow& reject : rejects) {
    if (!chosen(batch, rows, reject.row)) {
      return broken_contract(component_, "write", fmt::format("rejected row {}, which it was not given", reject.row));
    }
  }
  if (!rejects.empty() && status.ok()) {
    return broken_contract(component_, "write", fmt::format("rejected {} rows and returned OK", rejects.size()));
  }
  return status;
}

Status SinkInstance::flush() {
  CallError error;
  return error.status(table_.flush(self_, error.slot()), component_, "flush");
}

void SinkInstance::idle() { table_.idle(self_); }

void SinkInstance::cancel() { table_.cancel(self_); }

void SinkInstance::stop() {
  if (std::exchange(started_, false)) table_.stop(self_);
}

}  // namespace cnx::host::plugin
