// SPDX-License-Identifier: Apache-2.0
#include "kafka/start_line.h"

namespace cnx::host::kafka {

void StartLine::wait(const StopToken& leaving, std::chrono::milliseconds at_most) {
  const StopCallback wake(leaving, [this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  if (++come_ < expected_) changed_.wait_for(lock, at_most, [&] { return open_ || leaving.requested(); });
  open_ = open_ || !leaving.requested();
  if (open_) changed_.notify_all();
}

}  // namespace cnx::host::kafka
