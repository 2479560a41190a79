// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/strings.h"
#include "cnx/testing/kit/kit.hpp"
#include "commands.h"
#include "exit_code.h"

namespace cnx::host::app {
namespace {

namespace kit = testing::kit;

void print_text(const std::vector<kit::Check>& checks) {
  for (const kit::Check& check : checks) {
    const std::string name = check.component.empty() ? check.name : check.component + " " + check.name;
    for (const std::string& fault : check.outcome.faults) fmt::print("FAULT     {}: {}\n", name, fault);
    if (!check.outcome.not_tried.empty()) fmt::print("not tried {}: {}\n", name, check.outcome.not_tried);
    if (check.outcome.faults.empty() && check.outcome.not_tried.empty()) fmt::print("ok        {}\n", name);
  }
}

void print_json(const std::vector<kit::Check>& checks) {
  nlohmann::json all = nlohmann::json::array();
  for (const kit::Check& check : checks) {
    all.push_back({{"component", check.component},
                   {"check", check.name},
                   {"faults", check.outcome.faults},
                   {"not_tried", check.outcome.not_tried}});
  }
  fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

/// Adds K=V to `set` unless K is there. `where` is for the message.
Status add_pair(testing::Pairs& set, const std::string& pair, const std::string& where) {
  const std::size_t split = pair.find('=');
  if (split == std::string::npos || split == 0)
    return config_error(fmt::format("check-plugin: {} wants KEY=VALUE, got '{}'", where, escape_line(pair)));
  const std::string key = pair.substr(0, split);
  for (const auto& [known, value] : set)
    if (known == key) return {};
  set.emplace_back(key, pair.substr(split + 1));
  return {};
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad()) return config_error(fmt::format("check-plugin: {}: cannot be read", path));
  return bytes;
}

/// Lines K=V; empty ones and those that begin with '#' count for nothing.
Status add_file(testing::Pairs& set, const std::string& path) {
  CNX_ASSIGN(const std::string text, read_file(path));
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    // A line that is none may hold a secret: it is not shown.
    if (line.find('=') == std::string::npos)
      return config_error(fmt::format("check-plugin: {}:{}: is no line KEY=VALUE", path, number));
    CNX_TRY(add_pair(set, line, fmt::format("{}:{}", path, number)));
  }
  return {};
}

Result<kit::Given> given_by(const CheckPluginArguments& arguments) {
  kit::Given given;
  for (const std::string& pair : arguments.set) CNX_TRY(add_pair(given.set, pair, "--set"));
  if (!arguments.config.empty()) CNX_TRY(add_file(given.set, arguments.config));
  for (const std::string& path : arguments.inputs) {
    CNX_ASSIGN(std::string bytes, read_file(path));
    given.inputs.push_back(std::move(bytes));
  }
  return given;
}

}  // namespace

int check_plugin_command(const CheckPluginArguments& arguments) {
  const auto given = given_by(arguments);
  if (!given.ok()) return report(given.error());
  // Without a slash dlopen would look for it in the system's folders.
  const auto checks = kit::run(std::filesystem::absolute(arguments.path).string(), *given);
  if (arguments.json)
    print_json(checks);
  else
    print_text(checks);
  std::size_t faults = 0, not_tried = 0;
  for (const kit::Check& check : checks) {
    faults += check.outcome.faults.size();
    not_tried += check.outcome.not_tried.empty() ? 0 : 1;
  }
  if (!arguments.json) fmt::print("{} checks, {} faults, {} not tried\n", checks.size(), faults, not_tried);
  return faults == 0 ? kExitDone : kExitFailed;
}

}  // namespace cnx::host::app
