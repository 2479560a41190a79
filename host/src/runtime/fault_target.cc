// SPDX-License-Identifier: Apache-2.0
#include "runtime/fault_target.h"

namespace cnx::host::runtime {

Status FaultTarget::begin(std::span<const OffsetStep> steps) {
  CNX_TRY(faults::pass("sink.begin.before"));
  CNX_TRY(target_->begin(steps));
  Status after = faults::pass("sink.begin.after");
  if (!after.ok()) target_->abort();  // an error of begin() means that nothing is open
  return after;
}

Status FaultTarget::commit(bool& unknown) {
  CNX_TRY(faults::pass("sink.commit.before"));
  CNX_TRY(target_->commit(unknown));
  Status lost = faults::pass("sink.commit.after");
  if (!lost.ok()) unknown = true;
  return lost;
}

}  // namespace cnx::host::runtime
