// SPDX-License-Identifier: Apache-2.0
//
// Headers of dead letters come from Kafka: any are read without harm, what we write is read as it was meant, and the
// original's own headers stay.
#include "errors/dead_letter.h"

#include "cnx/text.hpp"
#include "fuzz/input.h"

namespace cnx::host::errors {
namespace {

using fuzz::require;

constexpr const char* kNames[] = {"__connect.errors.topic",
                                  "__connect.errors.partition",
                                  "__connect.errors.offset",
                                  "__connect.errors.task.id",
                                  "__connect.errors.exception.message",
                                  "__cnx.errors.native.code",
                                  "__cnx.errors.path",
                                  "trace-id"};

struct Headers {
  std::deque<std::string> texts;
  std::vector<cnx_header> all;

  explicit Headers(fuzz::Input& input) {
    for (std::size_t count = input.below(12); count > 0; --count) {
      const std::size_t name = input.below(std::size(kNames) + 2);
      const cnx_str key = str(texts.emplace_back(name < std::size(kNames) ? kNames[name] : input.text()));
      all.push_back({key, input.below(8) == 0 ? absent() : str(texts.emplace_back(input.text()))});
    }
  }
};

std::vector<std::pair<std::string, std::string>> others(const cnx_record& record) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const cnx_header& header : std::span(record.headers, static_cast<std::size_t>(record.header_count)))
    if (!is_dead_letter_header(view(header.name))) found.emplace_back(view(header.name), view(header.value));
  return found;
}

void check(const cnx_record& record, fuzz::Input& input) {
  if (const auto info = read_dead_letter(record))
    require(info->partition >= -1 && info->task >= -1, "a partition or task that cannot be");
  const DeadLetterCause cause{"TASK_PUT", input.text(), input.text(), input.text(), input.text(), input.integer()};
  const std::string hash = input.text();
  DeadLetterBuilder builder("dlq", "orders", 3, hash);
  builder.add(record, cause);
  require(builder.records().size() == 1, "one record, and not one letter");
  const cnx_record& letter = builder.records().front();
  require(others(letter) == others(record), "headers of the original were changed");
  const auto info = read_dead_letter(letter);
  require(info.has_value(), "our own letter is none");
  require(info->topic == view(record.topic) && info->partition == record.partition && info->offset == record.offset,
          "another place");
  require(info->connector == "orders" && info->task == 3 && info->stage == cause.stage, "another task");
  require(info->component == cause.component && info->message == cause.message, "another cause");
}

}  // namespace
}  // namespace cnx::host::errors

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cnx;
  fuzz::Input input(data, size);
  const host::errors::Headers headers = host::errors::Headers(input);
  const std::string topic = input.text();
  cnx_record record{};
  record.topic = str(topic);
  record.partition = static_cast<std::int32_t>(input.integer() & 0x7fffffff);
  record.offset = input.integer() & 0x7fffffffffffffff;
  record.timestamp_ms = input.integer();
  record.key = absent();
  record.value = absent();
  record.header_count = static_cast<std::int32_t>(headers.all.size());
  record.headers = headers.all.data();
  host::errors::check(record, input);
  return 0;
}
