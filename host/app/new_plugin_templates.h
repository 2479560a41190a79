// SPDX-License-Identifier: Apache-2.0
//
// The files of sdk/templates, embedded when the host is built, and what becomes of their placeholders.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cnx::host::app {

struct TemplateFile {
  std::string_view path;  ///< below sdk/templates: LANGUAGE/KIND-or-common/PATH
  std::string_view content;
};
[[nodiscard]] const std::vector<TemplateFile>& templates();

/// What stands for @key@. A placeholder without a value stays as it is.
using Placeholders = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] std::string fill(std::string_view text, const Placeholders& values);

/// Why `name` cannot be a plugin's name; "" when it can.
[[nodiscard]] std::string name_fault(std::string_view name);

}  // namespace cnx::host::app
