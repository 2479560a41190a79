// SPDX-License-Identifier: Apache-2.0
//
// The smallest host: runs a plugin through the conformance suite. Built against headers of several ABI versions by
// matrix.py.
#include <cstdio>

#include "cnx/testing/kit/kit.hpp"

int main(int, char** arguments) {
  int faults = 0;
  for (const auto& check : cnx::testing::kit::run(arguments[1], {})) {
    for (const std::string& fault : check.outcome.faults)
      std::printf("%s %s: %s\n", check.component.c_str(), check.name.c_str(), fault.c_str());
    faults += static_cast<int>(check.outcome.faults.size());
    if (!check.outcome.not_tried.empty()) ++faults;
  }
  std::printf("host of ABI %u\n", CNX_ABI_CURRENT);
  return faults == 0 ? 0 : 1;
}
