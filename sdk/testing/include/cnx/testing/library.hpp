// SPDX-License-Identifier: Apache-2.0
//
// Loads a built plugin into a test, as the host would.
#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>

#include "cnx/abi/plugin.h"

namespace cnx::testing {

/// The table of the plugin in a file, loaded for the rest of the process's life. Throws std::runtime_error with
/// dlerror's words.
inline const cnx_plugin& load_plugin(const std::string& path) {
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(::dlerror());
  const auto* plugin = static_cast<const cnx_plugin*>(::dlsym(library, CNX_PLUGIN_SYMBOL));
  if (plugin == nullptr) throw std::runtime_error(path + " has no " CNX_PLUGIN_SYMBOL);
  return *plugin;
}

}  // namespace cnx::testing
