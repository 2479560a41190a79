// SPDX-License-Identifier: Apache-2.0
#include "mistakes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/strings.h"

namespace cnx::host::app {
namespace {

/// The command that the words up to a mistake name; of none, the program.
const CLI::App& named(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  return *command;
}

std::vector<std::string> subcommands(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* each : command.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(each->get_name());
  return names;
}

}  // namespace

std::string told(const CLI::App& app, const CLI::Error& error) {
  const std::vector<std::string> known = subcommands(named(app));
  if (known.empty() || error.get_exit_code() != static_cast<int>(CLI::ExitCodes::RequiredError)) return error.what();
  const std::vector<std::string> words = app.remaining(true);
  const auto word = std::find_if(words.begin(), words.end(), [](const auto& each) { return !each.starts_with('-'); });
  return fmt::format("{}; there are {}",
                     word == words.end() ? "a command is missing" : fmt::format("there is no command '{}'", *word),
                     join(known, ", "));
}

void print_hint(CLI::App& app) {
  const CLI::App* command = &named(app);
  std::vector<std::string> known = subcommands(*command);
  for (const CLI::Option* option : command->get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (const std::string& word : app.remaining(true)) {
    if (const auto near = closest(word.substr(0, word.find('=')), known)) {
      fmt::print(stderr, "did you mean '{}'?\n", *near);
    }
  }
  std::string path = command->get_name();
  while ((command = command->get_parent()) != nullptr) path = command->get_name() + " " + path;
  fmt::print(stderr, "'{} --help' tells how it is used\n", path);
}

}  // namespace cnx::host::app
