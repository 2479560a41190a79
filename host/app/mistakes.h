// SPDX-License-Identifier: Apache-2.0
//
// What a command line that cannot be parsed is answered with.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace cnx::host::app {

/// The parser's words, but where a command is missing: then what was written in its place, and what there is.
[[nodiscard]] std::string told(const CLI::App& app, const CLI::Error& error);
/// Prints what a mistyped option or command was probably meant to be.
void print_hint(CLI::App& app);

}  // namespace cnx::host::app
