// SPDX-License-Identifier: Apache-2.0
#include "config/resolved_config.h"

#include <fmt/format.h>

#include "base/secrets.h"
#include "base/strings.h"

namespace cnx::host::config {

const ResolvedValue* ResolvedConfig::find(std::string_view key) const {
  const auto there = values.find(key);
  return there == values.end() ? nullptr : &there->second;
}

const std::string& ResolvedConfig::text(std::string_view key) const {
  static const std::string none;
  const ResolvedValue* value = find(key);
  return value != nullptr ? value->value : none;
}

std::int64_t ResolvedConfig::integer(std::string_view key) const { return parse_int(text(key)).value_or(0); }

std::vector<std::string> ResolvedConfig::list(std::string_view key) const { return split_list(text(key)); }

std::map<std::string, std::string> ResolvedConfig::below(std::string_view prefix) const {
  std::map<std::string, std::string> out;
  for (auto there = values.lower_bound(prefix); there != values.end() && there->first.starts_with(prefix); ++there) {
    if (!there->second.is_default) out.emplace(there->first.substr(prefix.size()), there->second.value);
  }
  return out;
}

const Place& ResolvedConfig::place_of(std::string_view key) const {
  const ResolvedValue* value = find(key);
  return value != nullptr && !value->is_default ? value->place : place;
}

std::string masked_view(const ResolvedConfig& config) {
  std::string out;
  for (const auto& [key, value] : config.values) {
    const std::string_view shown = value.secret ? SecretSet::kMask : std::string_view(value.value);
    const std::string line = fmt::format("{} = {}{}", key, shown, value.is_default ? "  (default)" : "");
    out += escape_line(secrets().mask(line));
    out += '\n';
  }
  return out;
}

std::map<std::string, std::string> masked_values(const ResolvedConfig& config) {
  std::map<std::string, std::string> out{{"name", config.name}};
  for (const auto& [key, value] : config.values) {
    if (!value.is_default) out[key] = value.secret ? std::string(SecretSet::kMask) : secrets().mask(value.value);
  }
  return out;
}

std::string config_hash(const ResolvedConfig& config) {
  // FNV-1a, 64 bits: small, stable over builds, and only meant to tell one configuration from the next.
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto mix = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    hash = (hash ^ 0xffu) * 0x100000001b3u;  // a byte that UTF-8 never has: ends a text
  };
  mix(config.name);
  for (const auto& [key, value] : config.values) {
    mix(key);
    if (!value.secret) mix(value.value);
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace cnx::host::config
