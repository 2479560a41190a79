// SPDX-License-Identifier: Apache-2.0
#include "plugin/loader.h"

#include <fmt/format.h>

#include <boost/dll/shared_library.hpp>
#include <string_view>
#include <vector>

namespace cnx::host::plugin {
namespace {

/// Boost.DLL wraps dlerror's text as "… (dlerror system message: TEXT): an errno's words that mean nothing here".
std::string dlerror_part(std::string_view what) {
  constexpr std::string_view kBefore = "(dlerror system message: ";
  const auto begin = what.find(kBefore);
  const auto end = what.rfind("): ");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin + kBefore.size())
    return std::string(what);
  return std::string(what.substr(begin + kBefore.size(), end - begin - kBefore.size()));
}

/// What to do about a dlerror text (glibc's words, elf/dl-load.c).
std::string mend_of(std::string_view reason, bool about_itself, const std::string& path) {
  if (!about_itself && reason.find("cannot open shared object file") != std::string_view::npos) {
    return fmt::format("install the package that has {} (ldd {} shows all that is missing)",
                       reason.substr(0, reason.find(':')), path);
  }
  if (reason.find("undefined symbol") != std::string_view::npos) {
    return "link the library that has it: cnx_add_plugin() refuses such a build";
  }
  if (reason.find("invalid ELF header") != std::string_view::npos ||
      reason.find("file too short") != std::string_view::npos ||
      reason.find("wrong ELF class") != std::string_view::npos) {
    return "it is no shared library for this machine: build it with cnx_add_plugin() or take it out of the directory";
  }
  return "mend the file or take it out of the directory";
}

Error load_error(std::string_view what, const std::string& path) {
  std::string reason = dlerror_part(what);
  const bool about_itself = reason.starts_with(path + ": ");
  if (about_itself) reason.erase(0, path.size() + 2);
  return config_error(fmt::format("{}: cannot be loaded: {}; {}", path, reason, mend_of(reason, about_itself, path)));
}

/// Loaded libraries, held until the process ends: code of a plugin (threads, exception objects, static destructors) may
/// outlive every instance, and unloading it would crash.
void keep(boost::dll::shared_library library) {
  static auto* const kept = new std::vector<boost::dll::shared_library>;
  kept->push_back(std::move(library));
}

}  // namespace

Result<Plugin> load_plugin(const std::string& path) {
  boost::dll::shared_library library;
  try {
    library.load(path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& e) {
    return load_error(e.what(), path);
  }
  if (!library.has(CNX_PLUGIN_SYMBOL)) {
    keep(std::move(library));
    return config_error(
        fmt::format("{}: has no symbol {}, so it is no connect-host plugin; export one with CNX_PLUGIN(), or "
                    "take the file out of the directory",
                    path, CNX_PLUGIN_SYMBOL));
  }
  const cnx_plugin& raw = library.get<const cnx_plugin>(CNX_PLUGIN_SYMBOL);
  keep(std::move(library));
  return describe_plugin(raw, path);
}

}  // namespace cnx::host::plugin
