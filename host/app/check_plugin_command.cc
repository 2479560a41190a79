// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

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

}  // namespace

int check_plugin_command(const CheckPluginArguments& arguments) {
  testing::Pairs set;
  for (const std::string& pair : arguments.set) {
    const std::size_t split = pair.find('=');
    if (split == std::string::npos || split == 0) {
      fmt::print(stderr, "connect-host: check-plugin: --set wants KEY=VALUE, got '{}'\n", pair);
      return kExitUsage;
    }
    set.emplace_back(pair.substr(0, split), pair.substr(split + 1));
  }
  // Without a slash dlopen would look for it in the system's folders.
  const auto checks = kit::run(std::filesystem::absolute(arguments.path).string(), set);
  if (arguments.json)
    print_json(checks);
  else
    print_text(checks);
  std::size_t faults = 0;
  for (const kit::Check& check : checks) faults += check.outcome.faults.size();
  if (!arguments.json) fmt::print("{} checks, {} faults\n", checks.size(), faults);
  return faults == 0 ? kExitDone : kExitFailed;
}

}  // namespace cnx::host::app
