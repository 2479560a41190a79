// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>

#include "base/secrets.h"
#include "commands.h"
#include "exit_code.h"

namespace cnx::host::app {

int report(const Error& error) {
  fmt::print(stderr, "connect-host: {}\n", secrets().mask(error.message));
  return exit_code_of(error);
}

int report(const config::Problems& problems) {
  const std::size_t count = problems.sorted().size();
  fmt::print(stderr, "{}\nconnect-host: {} problem{} in the configuration; nothing was begun\n", problems.text(), count,
             count == 1 ? "" : "s");
  return kExitUsage;
}

std::optional<runtime::Job> make_job(const ConfigOptions& options, SetupNeeds needs) {
  JobSetup setup(options, needs);
  std::optional<runtime::Job> job = setup.finish();
  if (!job) {
    report(setup.problems());
    return std::nullopt;
  }
  for (const SetupWarning& warning : setup.warnings()) {
    fmt::print(stderr, "warning: {}: {}{}{}\n", warning.key, secrets().mask(warning.message),
               warning.mend.empty() ? "" : "; ", warning.mend);
  }
  return job;
}

}  // namespace cnx::host::app
