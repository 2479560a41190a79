// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "commands.h"
#include "exit_code.h"
#include "kafka/client_config.h"
#include "plugin/loader.h"

namespace cnx::host::app {

int version_command(bool json) {
  const auto abi = [](unsigned number) { return fmt::format("{}.{}", number / 1000, number % 1000); };
  const char* format =
      json ? "{{\"version\": \"{}\", \"abi_min\": \"{}\", \"abi_max\": \"{}\", \"librdkafka\": \"{}\"}}\n"
           : "connect-host {}\nplugin ABI {} to {}\nlibrdkafka {}\n";
  fmt::print(fmt::runtime(format), CNX_HOST_VERSION, abi(plugin::kHostAbiMin), abi(plugin::kHostAbiMax),
             kafka::library_version());
  return kExitDone;
}

}  // namespace cnx::host::app
