// SPDX-License-Identifier: Apache-2.0
#include "errors/dead_letter.h"

#include <limits>

#include "base/secrets.h"
#include "base/strings.h"
#include "cnx/text.hpp"

namespace cnx::host::errors {
namespace {

constexpr std::string_view kConnectPrefix = "__connect.errors.";
constexpr std::string_view kOwnPrefix = "__cnx.errors.";

constexpr std::string_view kTopic = "__connect.errors.topic";
constexpr std::string_view kPartition = "__connect.errors.partition";
constexpr std::string_view kOffset = "__connect.errors.offset";
constexpr std::string_view kConnector = "__connect.errors.connector.name";
constexpr std::string_view kTask = "__connect.errors.task.id";
constexpr std::string_view kStage = "__connect.errors.stage";
constexpr std::string_view kClass = "__connect.errors.class.name";
constexpr std::string_view kException = "__connect.errors.exception.class.name";
constexpr std::string_view kMessage = "__connect.errors.exception.message";
constexpr std::string_view kPath = "__cnx.errors.path";
constexpr std::string_view kColumn = "__cnx.errors.column";
constexpr std::string_view kNativeCode = "__cnx.errors.native.code";
constexpr std::string_view kRow = "__cnx.errors.row";
constexpr std::string_view kTimestamp = "__cnx.errors.timestamp.ms";
constexpr std::string_view kDied = "__cnx.errors.died.ms";
constexpr std::string_view kConfigHash = "__cnx.errors.config.hash";

// Stands where Kafka Connect has the Java class of the exception.
constexpr std::string_view kExceptionName = "RecordError";

std::int32_t int32_of(std::string_view text) {
  const auto number = parse_int(text);
  const bool fits = number && *number >= 0 && *number <= std::numeric_limits<std::int32_t>::max();
  return fits ? static_cast<std::int32_t>(*number) : -1;
}

}  // namespace

void DeadLetterBuilder::add(const cnx_record& record, const DeadLetterCause& cause) {
  auto& headers = headers_.emplace_back(record.headers, record.headers + record.header_count);
  const auto put = [&](std::string_view name, std::string value) {
    headers.push_back({str(name), str(texts_.emplace_back(std::move(value)))});
  };
  const auto put_unless_empty = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) put(name, value);
  };
  put(kTopic, std::string(view(record.topic)));
  put(kPartition, std::to_string(record.partition));
  put(kOffset, std::to_string(record.offset));
  put(kConnector, connector_);
  put(kTask, std::to_string(task_));
  put(kStage, cause.stage);
  put(kClass, cause.component);
  put(kException, std::string(kExceptionName));
  put(kMessage, secrets().mask(cause.message));
  put_unless_empty(kPath, secrets().mask(cause.path));
  put_unless_empty(kColumn, secrets().mask(cause.column));
  if (cause.row != 0) put(kRow, std::to_string(cause.row));
  if (cause.native_code != 0) put(kNativeCode, std::to_string(cause.native_code));
  // The letter's own timestamp is the broker's where its topic says LogAppendTime.
  put(kTimestamp, std::to_string(record.timestamp_ms));
  if (cause.died_ms >= 0) put(kDied, std::to_string(cause.died_ms));
  put_unless_empty(kConfigHash, config_hash_);

  cnx_record letter = record;
  letter.topic = str(topic_);
  letter.partition = -1;  // by key, as the original was
  letter.offset = -1;
  letter.header_count = static_cast<std::int32_t>(headers.size());
  letter.headers = headers.data();
  letters_.push_back(letter);
}

std::optional<DeadLetterInfo> read_dead_letter(const cnx_record& letter) {
  DeadLetterInfo info;
  bool has_topic = false;
  for (const cnx_header& header : std::span(letter.headers, static_cast<std::size_t>(letter.header_count))) {
    const std::string_view name = view(header.name);
    const std::string value(view(header.value));
    if (name == kTopic) {
      info.topic = value;
      has_topic = true;
    }
    if (name == kPartition) info.partition = int32_of(value);
    if (name == kOffset) info.offset = parse_int(value).value_or(-1);
    if (name == kConnector) info.connector = value;
    if (name == kTask) info.task = int32_of(value);
    if (name == kStage) info.stage = value;
    if (name == kClass) info.component = value;
    if (name == kException) info.exception = value;
    if (name == kMessage) info.message = value;
    if (name == kPath) info.path = value;
    if (name == kColumn) info.column = value;
    if (name == kNativeCode) info.native_code = parse_int(value).value_or(0);
    if (name == kRow) info.row = parse_int(value).value_or(0);
    if (name == kTimestamp) info.timestamp_ms = parse_int(value).value_or(-1);
    if (name == kDied) info.died_ms = parse_int(value).value_or(-1);
    if (name == kConfigHash) info.config_hash = value;
  }
  if (!has_topic) return std::nullopt;
  return info;
}

bool is_dead_letter_header(std::string_view name) {
  return name.starts_with(kConnectPrefix) || name.starts_with(kOwnPrefix);
}

}  // namespace cnx::host::errors
