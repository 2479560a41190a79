// SPDX-License-Identifier: Apache-2.0
#include "run_scan.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cnx::host::app {
namespace {

bool looks_like_file(std::string_view argument) {
  constexpr std::array<std::string_view, 3> kEndings{".yml", ".yaml", ".json"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return argument.ends_with(ending); });
}

/// Takes "--set X" or "--set=X" at `i`; `i` is then on its last argument.
bool take(std::span<const std::string> arguments, std::size_t& i, const std::string& option,
          std::vector<std::string>& values) {
  if (arguments[i].starts_with(option + "=")) {
    values.push_back(arguments[i].substr(option.size() + 1));
    return true;
  }
  if (arguments[i] != option) return false;
  if (i + 1 < arguments.size()) values.push_back(arguments[++i]);
  return true;
}

}  // namespace

ConfigOptions scan_run_arguments(std::span<const std::string> arguments) {
  ConfigOptions found;
  bool before_options = true;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (take(arguments, i, "--set", found.set) || take(arguments, i, "--only", found.only)) {
      before_options = false;
    } else if (argument.starts_with('-')) {
      before_options = false;
    } else if (before_options || looks_like_file(argument)) {
      found.files.push_back(argument);
    }
  }
  return found;
}

}  // namespace cnx::host::app
