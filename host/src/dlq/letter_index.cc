// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter_index.h"

#include <algorithm>

#include "base/secrets.h"
#include "cnx/text.hpp"
#include "errors/dead_letter.h"

namespace cnx::host::dlq {
namespace {

std::string shortened(std::string text) {
  if (text.size() <= LetterIndex::kLongestMessage) return text;
  std::size_t end = LetterIndex::kLongestMessage;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text + "…";
}

}  // namespace

std::string_view LetterIndex::kept(std::string_view text) {
  if (text.empty()) return {};
  const auto found = texts_.find(text);
  return found != texts_.end() ? *found : *texts_.emplace(text).first;
}

void LetterIndex::add(const cnx_record& record) {
  const auto info = errors::read_dead_letter(record);
  if (!info || info->topic.empty() || info->partition < 0 || info->offset < 0 || info->connector.empty()) {
    if (foreign_++ == 0) first_foreign_ = {record.partition, record.offset};
    return;
  }
  if (info->connector != connector_) {
    ++others_[info->connector];
    return;
  }
  Letter letter;
  letter.id = {kept(info->topic), info->partition, info->offset, info->timestamp_ms};
  letter.place = {record.partition, record.offset};
  letter.died_ms = info->died_ms;
  letter.stage = kept(info->stage);
  letter.component = kept(info->component);
  letter.path = kept(secrets().mask(info->path));
  letter.column = kept(secrets().mask(info->column));
  letter.message = kept(shortened(secrets().mask(info->message)));
  letter.config_hash = kept(info->config_hash);
  letter.native_code = info->native_code;
  letter.row = info->row;
  if (!is_absent(record.key)) letter.key = std::string(view(record.key));

  const auto [place, is_new] = by_id_.try_emplace(letter.id, letters_.size());
  if (is_new) {
    letters_.push_back(std::move(letter));
    sorted_ = false;
    return;
  }
  ++repeats_;
  Letter& known = letters_[place->second];
  letter.repeats = known.repeats + 1;
  // Copies of one letter lie in two partitions when the topic was given more of them in between.
  const bool later = letter.place.partition == known.place.partition ? letter.place.offset > known.place.offset
                                                                     : letter.died_ms >= known.died_ms;
  if (later) {
    known = std::move(letter);
  } else {
    known.repeats = letter.repeats;
  }
}

std::vector<Letter>& LetterIndex::letters() {
  if (!sorted_) {
    std::ranges::sort(letters_, {}, &Letter::id);
    for (std::size_t i = 0; i < letters_.size(); ++i) by_id_[letters_[i].id] = i;
    sorted_ = true;
  }
  return letters_;
}

}  // namespace cnx::host::dlq
