// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>

#include <algorithm>
#include <string>

namespace cnx::host {

/// Names the calling thread for `top -H`, debuggers and measurements. Linux keeps 15 bytes.
inline void name_thread(std::string name) {
  name.resize(std::min<std::size_t>(name.size(), 15));
  pthread_setname_np(pthread_self(), name.c_str());
}

}  // namespace cnx::host
