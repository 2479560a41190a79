// SPDX-License-Identifier: Apache-2.0
#include "config/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/strings.h"

namespace cnx::host::config {
namespace {

using Json = nlohmann::ordered_json;

std::string title(const Described& component) {
  return component.version.empty() ? fmt::format("{} ({})", component.name, component.kind)
                                   : fmt::format("{} ({}, {})", component.name, component.kind, component.version);
}

std::string range_text(const Range& range) {
  if (range.max == INT64_MAX) return fmt::format("at least {}", range.min);
  if (range.min == INT64_MIN) return fmt::format("at most {}", range.max);
  return fmt::format("{} … {}", range.min, range.max);
}

std::string default_text(const ConfigKey& key) {
  if (key.required) return "required";
  if (!key.default_value) return {};
  const std::string value = key.default_value->empty() ? "''" : *key.default_value;
  return key.unit.empty() ? value : value + " " + key.unit;
}

/// What a value may be, without type and default.
std::vector<std::string> limits(const ConfigKey& key) {
  std::vector<std::string> out;
  if (!key.default_value && !key.unit.empty()) out.push_back("in " + key.unit);
  if (key.range) out.push_back(range_text(*key.range));
  if (!key.one_of.empty()) out.push_back(join(key.one_of, " | "));
  if (key.secret) out.emplace_back("secret");
  if (!key.flag.empty()) out.push_back("flag " + key.flag);
  return out;
}

std::vector<const ConfigKey*> sorted(const ConfigTable& table) {
  std::vector<const ConfigKey*> keys;
  for (const ConfigKey& key : table) keys.push_back(&key);
  std::sort(keys.begin(), keys.end(), [](const ConfigKey* a, const ConfigKey* b) {
    return a->required != b->required ? a->required : a->name < b->name;
  });
  return keys;
}

std::string wrap(std::string_view text, std::string_view indent) {
  constexpr std::size_t kWidth = 118;
  std::string out;
  std::string line(indent);
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    if (line.size() + word.size() + 1 > kWidth && line.size() > indent.size()) {
      out += line + "\n";
      line = indent;
    }
    if (line.size() > indent.size()) line += ' ';
    line += word;
  }
  return line.size() > indent.size() ? out + line + "\n" : out;
}

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

Json json_of(const ConfigKey& key) {
  Json out{{"name", key.name}, {"type", name_of(key.type)}, {"required", key.required}};
  if (key.default_value) out["default"] = *key.default_value;
  if (!key.unit.empty()) out["unit"] = key.unit;
  if (key.range) {
    out["min"] = key.range->min;
    out["max"] = key.range->max;
  }
  if (!key.one_of.empty()) out["one_of"] = key.one_of;
  if (key.secret) out["secret"] = true;
  if (!key.flag.empty()) out["flag"] = key.flag;
  if (!key.since.empty()) out["since"] = key.since;
  out["doc"] = key.doc;
  return out;
}

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

constexpr const char* kVariable = "\\$\\{";

Json typed_schema(const ConfigKey& key) {
  switch (key.type) {
    case KeyType::kInt: {
      Json number{{"type", "integer"}};
      if (key.range) {
        number["minimum"] = key.range->min;
        number["maximum"] = key.range->max;
      }
      return {{"anyOf", {number, {{"type", "string"}, {"pattern", "^-?[0-9]+$|\\$\\{"}}}}};
    }
    case KeyType::kBool:
      return {{"anyOf", {{{"type", "boolean"}}, {{"type", "string"}, {"pattern", "^(true|false)$|\\$\\{"}}}}};
    case KeyType::kString:
      if (key.one_of.empty()) return {{"type", "string"}};
      return {{"anyOf", {{{"enum", key.one_of}}, {{"type", "string"}, {"pattern", kVariable}}}}};
    case KeyType::kList:
      break;
  }
  return {{"type", "string"}, {"description", "items joined by commas"}};
}

Json schema_of(const ConfigKey& key) {
  Json out = typed_schema(key);
  if (!key.doc.empty()) out["description"] = key.doc;
  if (key.default_value) out["default"] = *key.default_value;
  if (key.secret) out["writeOnly"] = true;
  return out;
}

std::string pattern_of(const ConfigKey& key) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(key.name, '.')) {
    parts.emplace_back(part == "**" ? ".+" : part == "*" ? "[^.]+" : part);
  }
  return "^" + join(parts, "\\.") + "$";
}

}  // namespace

std::string render_text(const Described& component) {
  std::size_t width = 0;
  for (const ConfigKey& key : component.table) width = std::max(width, key.name.size());
  std::string out = title(component) + "\n" + wrap(component.doc, "  ");
  for (const ConfigKey* key : sorted(component.table)) {
    std::vector<std::string> facts = limits(*key);
    if (const std::string text = default_text(*key); !text.empty()) {
      facts.insert(facts.begin(), key->required ? text : "default " + text);
    }
    std::string line = fmt::format("\n  {:<{}}  {:<6}  {}", key->name, width, name_of(key->type), join(facts, ", "));
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n" + wrap(key->doc, "      ");
  }
  return out;
}

std::string render_markdown(const Described& component) {
  std::string out = fmt::format("## {}\n\n", title(component));
  if (!component.doc.empty()) out += component.doc + "\n\n";
  out += "| key | type | default | values | meaning |\n|---|---|---|---|---|\n";
  for (const ConfigKey* key : sorted(component.table)) {
    std::string values = join(limits(*key), "; ");
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", key->name, name_of(key->type), cell(default_text(*key)),
                       cell(values), cell(key->doc));
  }
  return out;
}

std::string render_json(const Described& component) {
  Json out{{"name", component.name}, {"kind", component.kind}, {"version", component.version}, {"doc", component.doc}};
  out["keys"] = Json::array();
  for (const ConfigKey* key : sorted(component.table)) out["keys"].push_back(json_of(*key));
  return dump(out);
}

std::string render_json_schema(const Described& component) {
  Json out{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title(component)}};
  if (!component.doc.empty()) out["description"] = component.doc;
  out["type"] = "object";
  out["properties"] = Json::object();
  out["patternProperties"] = Json::object();
  Json required = Json::array();
  for (const ConfigKey* key : sorted(component.table)) {
    if (key->is_pattern()) {
      out["patternProperties"][pattern_of(*key)] = schema_of(*key);
      continue;
    }
    out["properties"][key->name] = schema_of(*key);
    if (key->required) required.push_back(key->name);
  }
  out["required"] = required;
  out["additionalProperties"] = false;
  return dump(out);
}

}  // namespace cnx::host::config
