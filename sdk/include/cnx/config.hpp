// SPDX-License-Identifier: Apache-2.0
//
// The typed config table of a component, and reading the values that the host has validated against it.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/abi/config.h"
#include "cnx/text.hpp"

namespace cnx {

/// One key of a config table, made at compile time:
///   static constexpr cnx::Key kKeys[] = {
///       cnx::Key::integer("poll.interval.ms", "Wait between polls.").with_default("60000").with_unit("ms").range(1,
///       86400000), cnx::Key::string("client.secret", "The API's secret.").required().secret()};
/// Text must be string literals: the table lives as long as the plugin.
struct Key : cnx_config_key {
  static constexpr Key string(std::string_view name, std::string_view doc) { return Key(CNX_CONFIG_STRING, name, doc); }
  static constexpr Key integer(std::string_view name, std::string_view doc) { return Key(CNX_CONFIG_INT, name, doc); }
  static constexpr Key boolean(std::string_view name, std::string_view doc) { return Key(CNX_CONFIG_BOOL, name, doc); }
  static constexpr Key list(std::string_view name, std::string_view doc) { return Key(CNX_CONFIG_LIST, name, doc); }

  [[nodiscard]] constexpr Key required() const {
    Key k = *this;
    k.flags |= CNX_CONFIG_REQUIRED;
    return k;
  }
  [[nodiscard]] constexpr Key secret() const {
    Key k = *this;
    k.flags |= CNX_CONFIG_SECRET;
    return k;
  }
  [[nodiscard]] constexpr Key with_default(std::string_view v) const {
    Key k = *this;
    k.default_value = str(v);
    return k;
  }
  [[nodiscard]] constexpr Key with_unit(std::string_view v) const {
    Key k = *this;
    k.unit = str(v);
    return k;
  }
  [[nodiscard]] constexpr Key range(std::int64_t low, std::int64_t high) const {
    Key k = *this;
    k.flags |= CNX_CONFIG_HAS_RANGE;
    k.min_value = low;
    k.max_value = high;
    return k;
  }
  /// Comma-separated allowed values.
  [[nodiscard]] constexpr Key allow(std::string_view v) const {
    Key k = *this;
    k.one_of = str(v);
    return k;
  }
  [[nodiscard]] constexpr Key since_version(std::string_view v) const {
    Key k = *this;
    k.since = str(v);
    return k;
  }
  /// "-H,--hours" or "--hours".
  [[nodiscard]] constexpr Key with_flag(std::string_view v) const {
    Key k = *this;
    k.flag = str(v);
    return k;
  }

 private:
  constexpr Key(cnx_config_type type_, std::string_view name_, std::string_view doc_) : cnx_config_key{} {
    struct_size = sizeof(cnx_config_key);
    type = type_;
    name = str(name_);
    doc = str(doc_);
    default_value = unit = one_of = flag = absent();
    since = str("0.1.0");
  }
};
static_assert(sizeof(Key) == sizeof(cnx_config_key));

/// The validated values of one component. A copy: lives as long as wanted.
class Config {
 public:
  Config() = default;
  explicit Config(const cnx_config& raw) {
    const char* at = reinterpret_cast<const char*>(raw.values);
    for (std::uint64_t i = 0; i < raw.value_count; ++i, at += raw.value_stride) {
      const auto& v = *reinterpret_cast<const cnx_config_value*>(at);
      values_.emplace_back(view(v.name), view(v.value));
    }
  }

  /// The value of `name` when it is set or has a default.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const {
    for (const auto& [key, value] : values_)
      if (key == name) return value;
    return std::nullopt;
  }
  [[nodiscard]] bool has(std::string_view name) const { return find(name).has_value(); }
  /// "" when absent: use for keys that are required or have a default.
  [[nodiscard]] std::string text(std::string_view name) const { return std::string(find(name).value_or("")); }
  /// 0 when absent: use for keys that are required or have a default.
  [[nodiscard]] std::int64_t integer(std::string_view name) const {
    std::int64_t n = 0;
    if (auto v = find(name)) std::from_chars(v->data(), v->data() + v->size(), n);
    return n;
  }
  [[nodiscard]] bool boolean(std::string_view name) const { return find(name) == "true"; }
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const {
    std::vector<std::string> items;
    std::string_view rest = find(name).value_or("");
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      items.emplace_back(rest.substr(0, comma));
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return items;
  }
  /// All pairs, in the order of the table, wildcard keys expanded.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& values() const { return values_; }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

/// Collects what validation or a preflight finds; each finding is one line for people.
class Findings {
 public:
  explicit Findings(const cnx_findings& raw) : raw_(raw) {}
  void ok(std::string_view object, std::string_view message) { add(CNX_FINDING_OK, object, message, {}); }
  void warning(std::string_view object, std::string_view message, std::string_view mend = {}) {
    add(CNX_FINDING_WARNING, object, message, mend);
  }
  void error(std::string_view object, std::string_view message, std::string_view mend = {}) {
    add(CNX_FINDING_ERROR, object, message, mend);
  }

 private:
  void add(cnx_severity severity, std::string_view object, std::string_view message, std::string_view mend) {
    raw_.add(raw_.ctx, severity, str(object), str(message), mend.empty() ? absent() : str(mend));
  }
  const cnx_findings& raw_;
};

}  // namespace cnx
