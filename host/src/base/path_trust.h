// SPDX-License-Identifier: Apache-2.0
//
// Whether others can change or read what a path names.
#pragma once

#include <optional>
#include <string>

namespace cnx::host {

/// Why everybody on this machine could put something else in the place of `path` (a file or a folder), and the mend;
/// nullopt: nobody but root, this user and those with group rights can. Looks at what `path` points to and at all
/// folders above: none may be writable by everybody, but for sticky ones (/tmp) whose entry on the way belongs to root
/// or this user. A path that is not there is nobody's. [any thread]
[[nodiscard]] std::optional<std::string> describe_foreign_writers(const std::string& path);

/// Rights that everybody has on the file itself; only regular files have any here.
struct EveryonesRights {
  bool read = false;
  bool write = false;
};
[[nodiscard]] EveryonesRights rights_of_everyone(const std::string& path);

}  // namespace cnx::host
