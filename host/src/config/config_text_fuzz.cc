// SPDX-License-Identifier: Apache-2.0
//
// Whatever text a configuration file holds: a tree or problems, each with a cause; never a crash, a hang or a huge
// tree.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/raw_config.h"
#include "config/variables.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cnx::host::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* path : {"fuzz.yml", "fuzz.json"}) {
    RawConfig config;
    Problems problems;
    load_text(text, path, config, problems);
    const Environment none = [](const std::string&) { return std::nullopt; };
    // Files are not to be read, so only what names none is resolved.
    if (text.find("file:") == std::string_view::npos && text.find("dir:") == std::string_view::npos) {
      resolve_variables(config, MissingVariable::kProblem, none, problems);
    }
    for (const Problem& problem : problems.sorted()) {
      if (problem.cause.empty() || to_string(problem).find('\n') != std::string::npos) std::abort();
    }
  }
  return 0;
}
