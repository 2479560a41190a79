// SPDX-License-Identifier: Apache-2.0
//
// Config for unit tests, and collectors for findings, rejects and errors.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "cnx/batch.hpp"
#include "cnx/config.hpp"

namespace cnx::testing {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Values as the ABI's table. Lives as long as this object.
class ConfigLiteral {
 public:
  /// ConfigLiteral({{"url", "…"}}); without this overload one pair would read as a copy.
  explicit ConfigLiteral(std::initializer_list<Pairs::value_type> pairs) : ConfigLiteral(Pairs(pairs)) {}
  explicit ConfigLiteral(Pairs pairs) : pairs_(std::move(pairs)) {
    for (const auto& [name, value] : pairs_) values_.push_back({str(name), str(value)});
    raw_ = {sizeof raw_, sizeof(cnx_config_value), values_.size(), values_.data()};
  }
  ConfigLiteral(const ConfigLiteral&) = delete;
  ConfigLiteral& operator=(const ConfigLiteral&) = delete;

  [[nodiscard]] const cnx_config& raw() const { return raw_; }
  [[nodiscard]] Config config() const { return Config(raw_); }

 private:
  const Pairs pairs_;
  std::vector<cnx_config_value> values_;
  cnx_config raw_{};
};

/// `set` and the defaults of the table, as the host would give them. Values are not validated.
inline Pairs with_defaults(const cnx_config_key* keys, std::size_t count, std::size_t stride, Pairs set) {
  const char* at = reinterpret_cast<const char*>(keys);
  for (std::size_t i = 0; i < count; ++i, at += stride) {
    const auto& key = *reinterpret_cast<const cnx_config_key*>(at);
    bool present = is_absent(key.default_value);
    for (const auto& [name, value] : set) present = present || name == view(key.name);
    if (!present) set.emplace_back(view(key.name), view(key.default_value));
  }
  return set;
}

/// The config of a component class: what is set, and its table's defaults.
template <class T>
Config config_of(Pairs set) {
  const ConfigLiteral literal(with_defaults(std::data(T::kKeys), std::size(T::kKeys), sizeof(Key), std::move(set)));
  return literal.config();
}

/// What validation or a preflight finds.
class CollectedFindings {
 public:
  struct Finding {
    cnx_severity severity;
    std::string object, message, mend;
  };

  CollectedFindings() {
    raw_ = {sizeof raw_, this, [](void* ctx, cnx_severity severity, cnx_str object, cnx_str message, cnx_str mend) {
              static_cast<CollectedFindings*>(ctx)->found.push_back(
                  {severity, std::string(view(object)), std::string(view(message)), std::string(view(mend))});
            }};
  }
  CollectedFindings(const CollectedFindings&) = delete;
  CollectedFindings& operator=(const CollectedFindings&) = delete;

  [[nodiscard]] const cnx_findings* table() const { return &raw_; }
  [[nodiscard]] Findings findings() const { return Findings(raw_); }
  [[nodiscard]] std::size_t errors() const {
    std::size_t n = 0;
    for (const Finding& f : found) n += f.severity == CNX_FINDING_ERROR ? 1 : 0;
    return n;
  }

  std::vector<Finding> found;

 private:
  cnx_findings raw_{};
};

/// Rows that a sink names as bad.
class CollectedRejects {
 public:
  struct Reject {
    std::uint32_t row;
    std::string column, message;
    std::int64_t native_code;
  };

  CollectedRejects() {
    raw_ = {sizeof raw_, this, [](void* ctx, std::uint32_t row, cnx_str column, cnx_str message, std::int64_t code) {
              static_cast<CollectedRejects*>(ctx)->rejects.push_back(
                  {row, std::string(view(column)), std::string(view(message)), code});
            }};
  }
  CollectedRejects(const CollectedRejects&) = delete;
  CollectedRejects& operator=(const CollectedRejects&) = delete;

  [[nodiscard]] const cnx_rejects* table() const { return &raw_; }
  /// What a C++ sink's write() takes.
  [[nodiscard]] Rejects& sink() { return sink_; }

  std::vector<Reject> rejects;

 private:
  cnx_rejects raw_{};
  Rejects sink_{raw_};
};

/// An error slot for direct calls of C tables.
class ErrorSlot {
 public:
  ErrorSlot() {
    raw_ = {
        sizeof raw_, CNX_OK,
        0,           0,
        this,        [](void* ctx, cnx_str text) {
              static_cast<ErrorSlot*>(ctx)->message = std::string(view(text)); }};
  }
  ErrorSlot(const ErrorSlot&) = delete;
  ErrorSlot& operator=(const ErrorSlot&) = delete;
  [[nodiscard]] cnx_error* slot() { return &raw_; }
  [[nodiscard]] const cnx_error& raw() const { return raw_; }

  std::string message;

 private:
  cnx_error raw_{};
};

}  // namespace cnx::testing
