// SPDX-License-Identifier: Apache-2.0
#include "config/variables.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "base/file.h"
#include "base/strings.h"
#include "config/key_file.h"

namespace cnx::host::config {
namespace {

const std::array<std::string, 3> kKinds{"env", "file", "dir"};
constexpr std::size_t kMostSecretBytes = 1 << 16;

struct Fault {
  std::string cause;
  std::string mend;
  bool missing = false;  ///< well formed, but there is no value
};

struct Outcome {
  std::string text;
  std::optional<Fault> fault;
  bool has_variable = false;
  std::vector<std::string> files{};  ///< read for it
};

Outcome failed(std::string cause, std::string mend, bool missing = false) {
  return {{}, Fault{std::move(cause), std::move(mend), missing}};
}

Outcome from_environment(const std::string& body, const Environment& environment) {
  const std::size_t split = body.find(":-");
  const std::string name = body.substr(0, split);
  if (name.empty()) return failed("a variable without a name", "write ${env:NAME}");
  const std::optional<std::string> value = environment(name);
  if (split != std::string::npos) return {value && !value->empty() ? *value : body.substr(split + 2), {}};
  if (value) return {*value, {}};
  return failed(fmt::format("the environment variable {} is not set", name),
                fmt::format("set it, or write ${{env:{}:-default}}", name), true);
}

Outcome whole_file(const std::string& path) {
  Result<std::string> text = read_file(path, kMostSecretBytes);
  if (!text.ok()) return failed(text.error().message, "check the path and its permissions", true);
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  return {*std::move(text), {}, true, {path}};
}

Outcome from_file(const std::string& body) {
  const std::size_t colon = body.find(':');
  const std::string path = body.substr(0, colon);
  if (path.empty()) return failed("a variable without a path", "write ${file:PATH} or ${file:PATH:KEY}");
  if (colon == std::string::npos) return whole_file(path);
  Result<std::string> value = read_key_file(path, body.substr(colon + 1));
  if (value.ok()) return {*std::move(value), {}, true, {path}};
  return failed(value.error().message, "check the file and the key", true);
}

Outcome from_folder(const std::string& body) {
  const std::size_t colon = body.find(':');
  const std::string name = colon == std::string::npos ? "" : body.substr(colon + 1);
  if (colon == 0 || name.empty()) return failed("a variable without a path or a file name", "write ${dir:PATH:FILE}");
  if (name.find('/') != std::string::npos || name == "..") {
    return failed(fmt::format("'{}' is no plain file name", name), "put the folders into PATH: ${dir:PATH:FILE}");
  }
  return whole_file(body.substr(0, colon) + "/" + name);
}

Outcome value_of(const std::string& kind, const std::string& body, const Environment& environment) {
  if (kind == "env") return from_environment(body, environment);
  if (kind == "file") return from_file(body);
  if (kind == "dir") return from_folder(body);
  const auto near = closest(kind, kKinds);
  return failed(
      fmt::format("'${{{}:…}}' is no known kind of variable", kind),
      near ? fmt::format("did you mean '{}'?", *near) : "known are env, file, dir; a literal '${' is written '$${'");
}

/// The word before the colon when `text`, which begins with "${", is a variable; empty when it is plain text.
std::string kind_at(std::string_view text) {
  const std::size_t end = text.find_first_of(":}$", 2);
  if (end == std::string_view::npos || text[end] != ':') return {};
  return std::string(text.substr(2, end - 2));
}

Outcome expand(std::string_view text, const Environment& environment) {
  std::string out;
  bool has_variable = false;
  std::vector<std::string> files;
  while (!text.empty()) {
    const std::size_t at = text.find("${");
    if (at == std::string_view::npos) break;
    if (at > 0 && text[at - 1] == '$') {  // $${ is a literal ${
      out += text.substr(0, at - 1);
      out += "${";
      text.remove_prefix(at + 2);
      continue;
    }
    out += text.substr(0, at);
    text.remove_prefix(at);
    const std::string kind = kind_at(text);
    if (kind.empty()) {
      out += "${";
      text.remove_prefix(2);
      continue;
    }
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos) return failed(fmt::format("'${{{}:' is not closed", kind), "close it with '}'");
    const std::size_t body = kind.size() + 3;
    Outcome value = value_of(kind, std::string(text.substr(body, end - body)), environment);
    if (value.fault) return value;
    out += value.text;
    has_variable = true;
    files.insert(files.end(), value.files.begin(), value.files.end());
    text.remove_prefix(end + 1);
  }
  return {out.append(text), {}, has_variable, std::move(files)};
}

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

void resolve_variables(Section& section, MissingVariable missing, const Environment& environment, Problems& problems) {
  for (auto there = section.properties.begin(); there != section.properties.end();) {
    auto& [key, property] = *there;
    Outcome outcome = expand(property.value, environment);
    if (!outcome.fault) {
      property.value = std::move(outcome.text);
      if (outcome.has_variable) property.is_literal = false;
      property.files.insert(property.files.end(), outcome.files.begin(), outcome.files.end());
    } else if (outcome.fault->missing && missing == MissingVariable::kKeep) {
      property.unresolved = true;
    } else {
      problems.add(property.place, section.path + "." + key, outcome.fault->cause, outcome.fault->mend);
      property.unresolved = true;  // stays, so that it does not count as missing too
    }
    ++there;
  }
}

void resolve_variables(RawConfig& config, MissingVariable missing, const Environment& environment, Problems& problems) {
  resolve_variables(config.worker, missing, environment, problems);
  for (Section& section : config.connectors) resolve_variables(section, missing, environment, problems);
}

}  // namespace cnx::host::config
