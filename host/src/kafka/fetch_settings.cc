// SPDX-License-Identifier: Apache-2.0
#include "kafka/fetch_settings.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <string>
#include <string_view>

namespace cnx::host::kafka {
namespace {

// A fourth takes 7 MiB more of three tasks. A smaller part would cost the broker more requests than it saves memory
// (docs/adr/0012).
constexpr std::int64_t kQueueToFetch = 8;
constexpr std::int64_t kQueueToMessage = 16;
// A fetch is worth its trip, and a queue of the least size still holds several.
constexpr std::int64_t kLeastFetchBytes = 64 << 10;
constexpr std::int64_t kMostFetchBytes = 4 << 20;
// librdkafka's own default.
constexpr std::int64_t kMessageBytes = 1'000'000;

// librdkafka counts messages beside bytes; the bytes are the bound, this one must not come first for 100-byte messages.
constexpr const char* kQueuedMessages = "1000000";

std::int64_t number_of(const Properties& properties, std::string_view name) {
  const auto found = properties.find(std::string(name));
  std::int64_t number = 0;
  if (found != properties.end()) {
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  return number;
}

}  // namespace

Properties fetch_settings(std::int64_t queue_bytes, const Properties& overrides) {
  const std::int64_t partition = std::clamp(queue_bytes / kQueueToFetch, kLeastFetchBytes, kMostFetchBytes);
  const std::int64_t message = std::clamp(queue_bytes / kQueueToMessage, kLeastFetchBytes, kMessageBytes);
  std::int64_t fetch = partition;
  for (const std::string_view larger : {"max.partition.fetch.bytes", "fetch.message.max.bytes", "message.max.bytes"})
    fetch = std::max(fetch, number_of(overrides, larger));
  return {
      {"queued.max.messages.kbytes", std::to_string(queue_bytes / 1024)},
      {"queued.min.messages", kQueuedMessages},
      {"fetch.max.bytes", std::to_string(fetch)},
      {"max.partition.fetch.bytes", std::to_string(partition)},
      // librdkafka refuses a fetch smaller than that. For a consumer it is beside that only the most memory that the
      // unpacking of an lz4 batch begins with; a good part of a megabyte was never used in each of them.
      {"message.max.bytes", std::to_string(message)},
  };
}

}  // namespace cnx::host::kafka
