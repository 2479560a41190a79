// SPDX-License-Identifier: Apache-2.0
#include "sent_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "json_doc.h"
#include "order_hash.h"

namespace walmart {
namespace {

using cnx::fatal_error;
using cnx::Result;

std::optional<EpochSeconds> instant(yyjson_val* value) {
  const auto ms = parse_instant_ms(text_of(value));
  return ms ? std::optional(*ms / 1000) : std::nullopt;
}

cnx::Error unreadable(std::string_view text, std::string_view what) {
  return fatal_error(fmt::format("position: {} in '{}{}'; reset it with `connect-host offsets reset`", what,
                                 text.substr(0, 200), text.size() > 200 ? "…" : ""));
}

}  // namespace

bool SentLog::add_orders(yyjson_val* orders, EpochSeconds until) {
  std::size_t index = 0, count = 0;
  yyjson_val *key = nullptr, *value = nullptr;
  if (kind_ == Kind::kCreated) {
    if (!yyjson_is_arr(orders)) return false;
    yyjson_arr_foreach(orders, index, count, value) {
      if (text_of(value).empty()) return false;
      sent(std::string(text_of(value)), 0, until);
    }
    return true;
  }
  if (!yyjson_is_obj(orders)) return false;
  yyjson_obj_foreach(orders, index, count, key, value) {
    const auto hash = parse_hash(text_of(value));
    if (!hash || text_of(key).empty()) return false;
    sent(std::string(text_of(key)), *hash, until);
  }
  return true;
}

Result<SentLog> SentLog::decode(Kind kind, std::string_view text) {
  const JsonDoc doc = JsonDoc::parse(text);
  const auto done = instant(doc.get("done")), from = instant(doc.get("from"));
  if (!doc || !done || !from) return unreadable(text, "no JSON with 'done' and 'from'");
  // Reading goes on at the later of the two: what lies between them would never be read.
  if (*from > *done) return unreadable(text, "'from' is after 'done'");
  // Orders that are lost here would be sent once more, so nothing is passed over.
  yyjson_val* groups = doc.get("sent");
  if (!yyjson_is_arr(groups)) return unreadable(text, "no list 'sent'");
  SentLog log(kind, *done);
  log.kept_from_ = *from;
  std::size_t index = 0, count = 0;
  yyjson_val* group = nullptr;
  yyjson_arr_foreach(groups, index, count, group) {
    const auto until = instant(yyjson_obj_get(group, "until"));
    if (!until || !log.add_orders(yyjson_obj_get(group, "orders"), *until))
      return unreadable(text, "a broken group in 'sent'");
  }
  return log;
}

std::string SentLog::encode() const {
  std::map<EpochSeconds, std::vector<const std::pair<const std::string, Entry>*>> groups;
  for (const auto& entry : sent_) groups[entry.second.until].push_back(&entry);
  const bool hashes = kind_ == Kind::kLastModified;
  std::string out = fmt::format(R"({{"done":"{}","from":"{}","sent":[)", utc_text(done_), utc_text(kept_from_));
  for (auto& [until, orders] : groups) {
    std::sort(orders.begin(), orders.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
    out += fmt::format(R"({}{{"until":"{}","orders":{})", out.back() == '[' ? "" : ",", utc_text(until),
                       hashes ? '{' : '[');
    for (const auto* order : orders) {
      if (order != orders.front()) out += ',';
      out += json_string(order->first);
      if (hashes) out += ":\"" + hash_text(order->second.hash) + '"';
    }
    out += hashes ? "}}" : "]}";
  }
  return out + "]}";
}

bool SentLog::repeats(const std::string& id, std::uint64_t hash, EpochSeconds until, std::uint64_t number) {
  const auto found = sent_.find(id);
  if (found == sent_.end()) return false;
  // A window that is read before its turn may hold a version that the window before it has overtaken.
  const bool overtaken = found->second.number > number;
  if (kind_ == Kind::kLastModified && found->second.hash != hash && !overtaken) return false;
  found->second.number = std::max(found->second.number, number);
  found->second.until = std::max(found->second.until, until);
  return true;
}

void SentLog::sent(std::string id, std::uint64_t hash, EpochSeconds until, std::uint64_t number) {
  sent_.insert_or_assign(std::move(id), Entry{hash, until, number});
}

EpochSeconds SentLog::window_done(EpochSeconds end, EpochSeconds keep_from) {
  done_ = std::max(done_, end);
  forget_until(std::min(keep_from, done_));
  if (sent_.size() <= kMaxOrders) return 0;
  std::vector<EpochSeconds> ends;
  for (const auto& [id, entry] : sent_) ends.push_back(entry.until);
  std::sort(ends.begin(), ends.end());
  const EpochSeconds before = kept_from_;
  forget_until(std::min(done_, ends[sent_.size() - kMaxOrders]));
  return kept_from_ - before;
}

void SentLog::forget_until(EpochSeconds keep_from) {
  kept_from_ = std::max(kept_from_, keep_from);
  std::erase_if(sent_, [&](const auto& entry) { return entry.second.until <= kept_from_; });
}

}  // namespace walmart
