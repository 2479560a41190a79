// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter_topic.h"

#include <algorithm>
#include <numeric>

#include "cnx/text.hpp"
#include "kafka/range_scan.h"

namespace cnx::host::dlq {
namespace {

constexpr std::int64_t kAnswerMs = 10'000;
// Reading over so many unwanted letters is cheaper than beginning anew behind them.
constexpr std::int64_t kWorthASeek = 2'000;

std::optional<std::string> copy(cnx_str text) {
  return is_absent(text) ? std::nullopt : std::optional<std::string>(view(text));
}

StoredLetter stored(const cnx_record& record) {
  StoredLetter letter{copy(record.key), copy(record.value), record.timestamp_ms, {}};
  for (const cnx_header& header : std::span(record.headers, static_cast<std::size_t>(record.header_count)))
    letter.headers.emplace_back(view(header.name), copy(header.value));
  return letter;
}

}  // namespace

Result<std::unique_ptr<LetterTopic>> LetterTopic::open(const kafka::ClientConfig& client, std::string topic) {
  CNX_ASSIGN(auto admin, kafka::Admin::open(client, kAnswerMs, {}));
  CNX_ASSIGN(auto reader, kafka::PartitionReader::open(client, kafka::Isolation::kReadCommitted, {}));
  return std::unique_ptr<LetterTopic>(new LetterTopic(std::move(topic), std::move(admin), std::move(reader)));
}

Result<bool> LetterTopic::read(LetterIndex& index, const kafka::PositionLog::OnWait& on_wait) {
  CNX_ASSIGN(const auto info, admin_->describe_topic(topic_));
  if (!info) return false;
  for (std::int32_t partition = 0; partition < info->partitions; ++partition) {
    const kafka::TopicPartition at{topic_, partition};
    CNX_ASSIGN(const kafka::Watermarks log, admin_->watermarks(at));
    const auto take = [&index](const cnx_record& record) -> Status {
      index.add(record);
      return {};
    };
    CNX_TRY(kafka::scan_range(*reader_, at, log.low, log.high, take, on_wait));
  }
  return true;
}

Result<std::vector<Fetched>> LetterTopic::fetch(std::span<const Place> places, std::size_t most_bytes) {
  std::vector<Fetched> letters(places.size());
  std::vector<std::size_t> order(places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return places[i]; });
  std::size_t bytes = 0;
  for (std::size_t begin = 0; begin < order.size() && bytes < most_bytes;) {
    std::size_t end = begin + 1;
    while (end < order.size() && places[order[end]].partition == places[order[begin]].partition &&
           places[order[end]].offset - places[order[end - 1]].offset <= kWorthASeek)
      ++end;
    CNX_TRY(fetch_run(places, std::span(order).subspan(begin, end - begin), most_bytes, bytes, letters));
    begin = end;
  }
  return letters;
}

// One stretch of one partition; `order` are indexes of `places` and `letters`, by offset.
Status LetterTopic::fetch_run(std::span<const Place> places, std::span<const std::size_t> order, std::size_t most_bytes,
                              std::size_t& bytes, std::vector<Fetched>& letters) {
  const kafka::TopicPartition at{topic_, places[order.front()].partition};
  CNX_ASSIGN(const kafka::Watermarks log, admin_->watermarks(at));
  std::size_t next = 0;
  const auto take = [&](const cnx_record& record) -> Status {
    for (; next < order.size() && places[order[next]].offset < record.offset; ++next)
      letters[order[next]].state = Fetched::kGone;
    if (next == order.size() || places[order[next]].offset != record.offset) return {};
    if (bytes >= most_bytes) return cancelled_error();  // full
    Fetched& found = letters[order[next++]];
    found = {Fetched::kThere, stored(record)};
    bytes += found.letter.bytes();
    return {};
  };
  const std::int64_t behind = std::min(places[order.back()].offset + 1, log.high);
  Status scanned = kafka::scan_range(*reader_, at, std::max(places[order.front()].offset, log.low), behind, take);
  if (!scanned.ok()) return scanned.error().action == Action::kCancelled ? Status() : scanned;
  for (; next < order.size(); ++next) letters[order[next]].state = Fetched::kGone;
  return {};
}

}  // namespace cnx::host::dlq
