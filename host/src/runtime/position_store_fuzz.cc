// SPDX-License-Identifier: Apache-2.0
//
// Records of the topic of positions: whatever key and value somebody put there, the store takes it, passes it over or
// refuses it with a reason; and what it writes itself it reads as it was.
#include "runtime/position_store.h"

#include "fuzz/input.h"

namespace cnx::host::runtime {
namespace {

using fuzz::require;

const PositionScope kScope{"connect-host", "walmart-orders", "walmart_order_raw"};

void check_foreign(const std::string& key, const std::string& value, bool is_tombstone) {
  PositionStore store(kScope);
  const Status taken = store.take(key, is_tombstone ? std::nullopt : std::optional<std::string_view>(value));
  if (!taken.ok()) return require(!taken.error().message.empty(), "refused without a reason");
  for (const auto& range : store.start_from(false).ranges) {
    const RangeRecord* record = store.range(range.id);
    require(record != nullptr, "a range that is not there");
    for (const auto& [at, offset] : record->end_offsets)
      require(at.partition >= 0 && offset >= 0, "an end offset that no partition has");
    PositionStore other(kScope);
    require(other.take(range_key(kScope, range.id), encode_range(*record)).ok(), "a range cannot be read again");
    const RangeRecord* again = other.range(range.id);
    require(again != nullptr && again->state == record->state && again->end_offsets == record->end_offsets &&
                again->updated_ms == record->updated_ms,
            "another range after a round");
  }
}

void check_own(fuzz::Input& input) {
  const std::string range = input.text();
  const std::string part = input.text();
  const std::string value = input.text();
  PositionStore store(kScope);
  require(store.take(position_key(kScope, range, part), value).ok(), "a position of ours was refused");
  PositionStore other({"connect-host", "walmart-orders-2", "walmart_order_raw"});
  require(other.take(position_key(kScope, range, part), value).ok(), "a position of another connector was refused");
  require(store.start_from(false).positions.size() == 1, "a position was lost");
  require(other.start_from(false).positions.empty(), "a position of another connector was taken");
  const auto positions = store.start_from(false).positions;
  require(positions.front().value == value, "another value");
}

}  // namespace
}  // namespace cnx::host::runtime

/// 'f' KEY 0 VALUE: foreign bytes of a record; 't' KEY: of a tombstone; anything else: texts of our own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cnx::fuzz::Input input(data, size);
  const std::uint8_t what = input.byte();
  if (what == 'f' || what == 't') {
    const std::string key = input.text();
    cnx::host::runtime::check_foreign(key, input.rest(), what == 't');
  } else {
    cnx::host::runtime::check_own(input);
  }
  return 0;
}
