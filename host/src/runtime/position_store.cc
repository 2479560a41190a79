// SPDX-License-Identifier: Apache-2.0
#include "runtime/position_store.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace cnx::host::runtime {
namespace {

using Json = nlohmann::ordered_json;

// Text that is no UTF-8 must not end the process; the default of dump() is to throw.
std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json key_of(const PositionScope& scope, std::string_view range) {
  return Json{{"group", scope.group}, {"connector", scope.connector}, {"topic", scope.topic}, {"range", range}};
}

constexpr std::pair<cnx_range_state, std::string_view> kStates[] = {
    {CNX_RANGE_FETCHING, "fetching"}, {CNX_RANGE_FETCHED, "fetched"}, {CNX_RANGE_DONE, "done"}};

std::string_view state_name(cnx_range_state state) {
  for (const auto& [value, name] : kStates)
    if (value == state) return name;
  return "new";
}

/// What a record holds; discarded when it is no JSON or nested deeper than any of ours: freeing or writing such a tree
/// would take a stack as deep.
Json parse(std::string_view text) {
  constexpr int kMostDepth = 32;
  bool is_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, const Json&) {
    is_deep = is_deep || depth > kMostDepth;
    return depth <= kMostDepth;
  };
  Json json = Json::parse(text, shallow, false);
  return is_deep ? Json(Json::value_t::discarded) : json;
}

/// An end offset as encode_range() writes it: [topic, partition, offset].
bool is_end_offset(const Json& entry) {
  return entry.is_array() && entry.size() == 3 && entry[0].is_string() && entry[1].is_number_integer() &&
         entry[1] >= 0 && entry[1] <= std::numeric_limits<std::int32_t>::max() && entry[2].is_number_integer() &&
         entry[2] >= 0 && entry[2] <= std::numeric_limits<std::int64_t>::max();
}

Result<RangeRecord> decode_range(std::string id, std::string_view text) {
  const Json json = parse(text);
  const auto broken = [&] { return fatal_error(fmt::format("the state of range '{}' is not readable", id)); };
  if (!json.is_object() || !json.contains("state") || !json["state"].is_string()) return broken();
  RangeRecord record;
  record.id = id;
  const auto state = json["state"].get<std::string>();
  for (const auto& [value, name] : kStates)
    if (state == name) record.state = value;
  if (record.state == CNX_RANGE_NEW) return broken();
  if (const auto title = json.find("title"); title != json.end() && title->is_string())
    record.title = title->get<std::string>();
  if (const auto updated = json.find("updated_ms"); updated != json.end() && updated->is_number_integer())
    record.updated_ms = updated->get<std::int64_t>();
  if (json.contains("result")) record.result_json = text_of(json["result"]);
  if (const auto offsets = json.find("end_offsets"); offsets != json.end()) {
    if (!offsets->is_array()) return broken();
    for (const auto& entry : *offsets) {
      if (!is_end_offset(entry)) return broken();
      record.end_offsets[{entry[0].get<std::string>(), entry[1].get<std::int32_t>()}] = entry[2].get<std::int64_t>();
    }
  }
  return record;
}

}  // namespace

std::string position_key(const PositionScope& scope, std::string_view range, std::string_view part) {
  Json key = key_of(scope, range);
  key["part"] = part;
  return text_of(key);
}

std::string range_key(const PositionScope& scope, std::string_view range) { return text_of(key_of(scope, range)); }

std::string encode_range(const RangeRecord& record) {
  Json json{{"state", state_name(record.state)}, {"title", record.title}, {"updated_ms", record.updated_ms}};
  Json offsets = Json::array();
  for (const auto& [at, offset] : record.end_offsets) offsets.push_back(Json::array({at.topic, at.partition, offset}));
  json["end_offsets"] = std::move(offsets);
  if (Json result = Json::parse(record.result_json, nullptr, false); !result.is_discarded())
    json["result"] = std::move(result);
  return text_of(json);
}

Status PositionStore::take(std::string_view key, std::optional<std::string_view> value) {
  const Json json = parse(key);
  const auto text = [&](const char* name) -> std::optional<std::string> {
    const auto it = json.find(name);
    if (it == json.end() || !it->is_string()) return std::nullopt;
    return it->get<std::string>();
  };
  if (!json.is_object() || text("group") != scope_.group || text("connector") != scope_.connector ||
      text("topic") != scope_.topic)
    return {};
  const auto range = text("range");
  if (!range)
    return fatal_error(fmt::format("position record of connector '{}' has no range: {}", scope_.connector, key));
  if (const auto part = text("part")) {
    put_position(*range, {*part, value ? std::optional<std::string>(*value) : std::nullopt, {}});
    return {};
  }
  if (!value) {
    ranges_.erase(*range);
    return {};
  }
  auto record = decode_range(*range, *value);
  if (!record.ok())
    return fatal_error(fmt::format("{}; `connect-host offsets reset` of connector '{}' removes it",
                                   record.error().message, scope_.connector));
  put_range(std::move(record).value());
  return {};
}

SourceStart PositionStore::start_from(bool again) const {
  SourceStart from;
  from.again = again;
  for (const auto& [id, record] : ranges_) from.ranges.push_back({id, record.state, record.updated_ms});
  for (const auto& [where, value] : positions_) {
    const RangeRecord* owner = range(where.first);
    if (owner != nullptr && owner->state == CNX_RANGE_DONE) continue;
    from.positions.push_back({where.second, value, where.first});
  }
  return from;
}

const RangeRecord* PositionStore::range(std::string_view id) const {
  const auto it = ranges_.find(id);
  return it == ranges_.end() ? nullptr : &it->second;
}

bool PositionStore::is_done(std::string_view id) const {
  const RangeRecord* known = range(id);
  return known != nullptr && known->state == CNX_RANGE_DONE;
}

void PositionStore::put_position(std::string_view range, const Position& position) {
  const std::pair where{std::string(range), position.key};
  if (position.value)
    positions_[where] = *position.value;
  else
    positions_.erase(where);
}

void PositionStore::put_range(RangeRecord record) {
  std::string id = record.id;
  ranges_.insert_or_assign(std::move(id), std::move(record));
}

std::vector<std::string> PositionStore::position_keys_of(std::string_view range) const {
  std::vector<std::string> keys;
  for (const auto& [where, value] : positions_)
    if (where.first == range) keys.push_back(position_key(scope_, range, where.second));
  return keys;
}

void PositionStore::forget_positions_of(std::string_view range) {
  std::erase_if(positions_, [&](const auto& entry) { return entry.first.first == range; });
}

}  // namespace cnx::host::runtime
