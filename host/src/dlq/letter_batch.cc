// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter_batch.h"

#include "cnx/text.hpp"
#include "errors/dead_letter.h"

namespace cnx::host::dlq {
namespace {

constexpr std::uint64_t kGeneration = 1;

cnx_str borrowed(const std::optional<std::string>& text) { return text ? str(*text) : absent(); }

kafka::TopicPartition at_of(const Letter& letter) { return {std::string(letter.id.topic), letter.id.partition}; }

}  // namespace

void LetterBatch::add(const Letter& letter, StoredLetter whole) {
  letters.push_back(&letter);
  stored.push_back(std::move(whole));
}

void LetterBatch::seal(runtime::SealedBatch& sealed) {
  headers_.assign(letters.size(), {});
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const Letter& letter = *letters[i];
    for (const auto& [name, value] : stored[i].headers)
      if (!errors::is_dead_letter_header(name)) headers_[i].push_back({str(name), borrowed(value)});
    cnx_record record{};
    record.topic = str(letter.id.topic);
    record.partition = letter.id.partition;
    record.offset = letter.id.offset;
    record.timestamp_ms = letter.id.timestamp_ms >= 0 ? letter.id.timestamp_ms : stored[i].timestamp_ms;
    record.key = borrowed(stored[i].key);
    record.value = borrowed(stored[i].value);
    record.header_count = static_cast<std::int32_t>(headers_[i].size());
    record.headers = headers_[i].data();
    const bool next_partition = sealed.slices.empty() || sealed.slices.back().at != at_of(letter);
    if (next_partition) sealed.slices.push_back({at_of(letter), kGeneration, 0, -1, -1, 0});
    runtime::Slice& slice = sealed.slices.back();
    slice.next_offset = letter.id.offset + 1;
    slice.last_offset = letter.id.offset;
    slice.last_timestamp_ms = record.timestamp_ms;
    ++slice.records;
    sealed.slice_of.push_back(static_cast<std::uint32_t>(sealed.slices.size() - 1));
    sealed.records.push_back(record);
  }
}

runtime::Claims LetterBatch::claims() const {
  runtime::Claims claims;
  for (const Letter* letter : letters) {
    runtime::Claim claim;
    claim.generation = kGeneration;
    claim.next_offset = letter->id.offset;
    claims.try_emplace(at_of(*letter), claim);
  }
  return claims;
}

void LetterBatch::keep_only(const std::vector<bool>& keep) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (!keep[i]) continue;
    if (kept != i) {
      letters[kept] = letters[i];
      stored[kept] = std::move(stored[i]);
    }
    ++kept;
  }
  letters.resize(kept);
  stored.resize(kept);
}

}  // namespace cnx::host::dlq
