// SPDX-License-Identifier: Apache-2.0
#include "config/config_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "base/strings.h"

namespace cnx::host::config {
namespace {

std::string text_of(const cnx_str& text) { return text.data == nullptr ? "" : std::string(text.data, text.size); }

bool is_known_type(cnx_config_type type) { return type >= CNX_CONFIG_STRING && type <= CNX_CONFIG_LIST; }

/// Only what every version of the table has is read without a look at struct_size: an older plugin's key is shorter.
ConfigKey key_of(const cnx_config_key& from) {
  ConfigKey key;
  key.type = static_cast<KeyType>(from.type);
  key.required = (from.flags & CNX_CONFIG_REQUIRED) != 0;
  key.secret = (from.flags & CNX_CONFIG_SECRET) != 0;
  key.name = text_of(from.name);
  if (CNX_HAS(&from, cnx_config_key, default_value) && from.default_value.data != nullptr) {
    key.default_value = text_of(from.default_value);
  }
  if (CNX_HAS(&from, cnx_config_key, unit)) key.unit = text_of(from.unit);
  if (CNX_HAS(&from, cnx_config_key, max_value) && (from.flags & CNX_CONFIG_HAS_RANGE) != 0) {
    key.range = Range{from.min_value, from.max_value};
  }
  if (CNX_HAS(&from, cnx_config_key, one_of)) key.one_of = split_list(text_of(from.one_of));
  if (CNX_HAS(&from, cnx_config_key, doc)) key.doc = text_of(from.doc);
  if (CNX_HAS(&from, cnx_config_key, since)) key.since = text_of(from.since);
  if (CNX_HAS(&from, cnx_config_key, flag)) key.flag = text_of(from.flag);
  return key;
}

/// Words joined by single dots, as a configuration file can spell them; a `*` stands for a whole one.
bool is_good_key_name(std::string_view name) {
  const auto is_legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  const std::vector<std::string_view> words = split(name, '.');
  return std::all_of(words.begin(), words.end(), [&](std::string_view word) {
    return word == "*" || word == "**" || (!word.empty() && std::all_of(word.begin(), word.end(), is_legal));
  });
}

std::string fault_of(const ConfigKey& key, const ConfigTable& before) {
  if (key.name.empty()) return "has no name";
  if (!is_good_key_name(key.name)) return "is no name for a key: use letters, digits, '_' and '-', joined by dots";
  for (const ConfigKey& other : before) {
    if (other.name == key.name) return "is declared twice";
  }
  if (key.name.find("**") != std::string::npos) return "'**' is for the host's own keys only";
  if (key.default_value && key.required) return "is required and has a default";
  if (!key.default_value) return {};
  const Canonical value = canonical(key, *key.default_value);
  return value.fault ? "has a bad default: " + value.fault->cause : "";
}

Canonical refuse(std::string cause, std::string mend) { return {{}, ValueFault{std::move(cause), std::move(mend)}}; }

std::string shown(const ConfigKey& key, std::string_view text) {
  return key.secret ? "the value" : fmt::format("'{}'", text);
}

std::optional<ValueFault> not_one_of(const ConfigKey& key, std::string_view text) {
  if (key.one_of.empty() || std::find(key.one_of.begin(), key.one_of.end(), text) != key.one_of.end()) return {};
  const auto near = key.secret ? std::nullopt : closest(text, key.one_of);
  return ValueFault{fmt::format("{} is none of {}", shown(key, text), join(key.one_of, ", ")),
                    near ? fmt::format("did you mean '{}'?", *near) : ""};
}

Canonical canonical_int(const ConfigKey& key, std::string_view text) {
  const std::optional<std::int64_t> number = parse_int(trim(text));
  const std::string unit = key.unit.empty() ? "" : " " + key.unit;
  if (!number) {
    return refuse(
        fmt::format("{} is not a whole number", shown(key, text)),
        key.unit.empty() ? "write decimal digits" : fmt::format("write decimal digits; the unit is {}", key.unit));
  }
  if (key.range && (*number < key.range->min || *number > key.range->max)) {
    if (key.range->max == INT64_MAX) {
      return refuse(fmt::format("{} is less than {}{}", shown(key, text), key.range->min, unit), "raise it");
    }
    return refuse(fmt::format("{} is outside {} … {}{}", shown(key, text), key.range->min, key.range->max, unit),
                  "choose a number in that range");
  }
  return {std::to_string(*number), {}};
}

Canonical canonical_list(const ConfigKey& key, std::string_view text) {
  const std::vector<std::string> items = split_list(text);
  for (const std::string& item : items) {
    if (auto fault = not_one_of(key, item)) return {{}, std::move(fault)};
  }
  return {join(items, ","), {}};
}

/// More wildcards: less exact. A `**` is the least exact.
std::size_t vagueness(const ConfigKey& key) {
  const auto stars = static_cast<std::size_t>(std::count(key.name.begin(), key.name.end(), '*'));
  return key.name.ends_with("**") ? stars + 100 : stars;
}

}  // namespace

const char* name_of(KeyType type) {
  switch (type) {
    case KeyType::kString:
      return "string";
    case KeyType::kInt:
      return "int";
    case KeyType::kBool:
      return "bool";
    case KeyType::kList:
      return "list";
  }
  return "string";
}

Result<ConfigTable> table_of(const cnx_component& component) {
  ConfigTable table;
  const auto* bytes = reinterpret_cast<const std::byte*>(component.keys);
  for (std::uint32_t i = 0; i < component.key_count; ++i) {
    const auto& from = *reinterpret_cast<const cnx_config_key*>(bytes + std::size_t{component.key_stride} * i);
    const std::string where = fmt::format("{}: config key {}", text_of(component.name), i + 1);
    if (!CNX_HAS(&from, cnx_config_key, name)) return config_error(where + ": the table's entry is too short");
    const std::string name = escape_line(text_of(from.name));
    if (!is_known_type(from.type)) {
      return config_error(
          fmt::format("{} ({}): the type {} is not known to this host; update connect-host", where, name, from.type));
    }
    ConfigKey key = key_of(from);
    if (const std::string fault = fault_of(key, table); !fault.empty()) {
      return config_error(fmt::format("{} ({}): {}", where, name, escape_line(fault)));
    }
    table.push_back(std::move(key));
  }
  return table;
}

bool fits(const ConfigKey& key, std::string_view name, std::string* bound) {
  if (!key.is_pattern()) return key.name == name;
  const std::vector<std::string_view> pattern = split(key.name, '.');
  const std::vector<std::string_view> parts = split(name, '.');
  bool first = true;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i >= parts.size() || parts[i].empty()) return false;
    if (pattern[i] == "**") return true;
    if (pattern[i] == "*") {
      if (first && bound != nullptr) *bound = parts[i];
      first = false;
    } else if (pattern[i] != parts[i]) {
      return false;
    }
  }
  return parts.size() == pattern.size();
}

const ConfigKey* find_key(const ConfigTable& table, std::string_view name) {
  const ConfigKey* best = nullptr;
  for (const ConfigKey& key : table) {
    if (fits(key, name) && (best == nullptr || vagueness(key) < vagueness(*best))) best = &key;
  }
  return best;
}

Canonical canonical(const ConfigKey& key, std::string_view text) {
  if (key.required && trim(text).empty()) return refuse("is empty", "give it a value");
  switch (key.type) {
    case KeyType::kInt:
      return canonical_int(key, text);
    case KeyType::kList:
      return canonical_list(key, text);
    case KeyType::kBool: {
      const std::string_view word = trim(text);
      if (word == "true" || word == "false") return {std::string(word), {}};
      return refuse(fmt::format("{} is neither true nor false", shown(key, text)), "write true or false");
    }
    case KeyType::kString:
      break;
  }
  if (auto fault = not_one_of(key, text)) return {{}, std::move(fault)};
  return {std::string(text), {}};
}

}  // namespace cnx::host::config
