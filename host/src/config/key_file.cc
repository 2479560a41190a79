// SPDX-License-Identifier: Apache-2.0
#include "config/key_file.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "base/file.h"
#include "base/strings.h"
#include "config/json_reader.h"
#include "config/properties.h"
#include "config/yaml_reader.h"

namespace cnx::host::config {
namespace {

/// Backslash escapes of java.util.Properties, but for \uXXXX: UTF-8 is read as it stands.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char next = text[++i];
    out += next == 'n' ? '\n' : next == 't' ? '\t' : next == 'r' ? '\r' : next;
  }
  return out;
}

/// The first separator that is not escaped.
std::size_t separator_of(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '=' || line[i] == ':') {
      return i;
    }
  }
  return std::string_view::npos;
}

Result<Properties> parse_properties(std::string_view text, const std::string& path) {
  Properties out;
  int number = 0;
  for (const std::string_view row : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(row);
    if (line.empty() || line.front() == '#' || line.front() == '!') continue;
    const Place place{path, number, 1};
    const std::size_t separator = separator_of(line);
    if (separator == std::string_view::npos) return config_error(to_string(place) + ": the line has no '='");
    if (line.ends_with('\\') && !line.ends_with("\\\\")) {
      return config_error(to_string(place) + ": lines that go on in the next one are not supported");
    }
    const std::string key = unescape(trim(line.substr(0, separator)));
    const auto [there, fresh] = out.emplace(key, Property{unescape(trim(line.substr(separator + 1))), place, place});
    if (!fresh) {
      return config_error(
          fmt::format("{}: {} is set twice, first at {}", to_string(place), key, to_string(there->second.place)));
    }
  }
  return out;
}

Result<Properties> parse(std::string_view text, const std::string& path) {
  const bool is_json = path.ends_with(".json");
  if (!is_json && !path.ends_with(".yml") && !path.ends_with(".yaml")) return parse_properties(text, path);
  Problems problems;
  const std::optional<Node> root = is_json ? read_json(text, path, problems) : read_yaml(text, path, problems);
  Properties out;
  if (root) out = flatten(*root, "", problems);
  if (!problems.empty()) return config_error(to_string(problems.sorted().front()));
  return out;
}

}  // namespace

Result<std::string> read_key_file(const std::string& path, const std::string& key) {
  CNX_ASSIGN(const std::string text, read_file(path, kMostConfigBytes));
  CNX_ASSIGN(const Properties properties, parse(text, path));
  const auto there = properties.find(key);
  if (there == properties.end()) return config_error(fmt::format("{} has no key '{}'", path, key));
  return there->second.value;
}

}  // namespace cnx::host::config
