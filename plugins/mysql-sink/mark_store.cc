// SPDX-License-Identifier: Apache-2.0
#include "mark_store.h"

#include <algorithm>
#include <tuple>

#include "ddl.h"
#include "offset_store.h"
#include "store_sql.h"

namespace cnx::mysql {
namespace {

constexpr std::size_t kMostOffsets = 1000;
constexpr std::string_view kDead = "dead";
constexpr std::string_view kReplayed = "replayed";
constexpr std::string_view kDiscarded = "discarded";

cnx_mark_state state_of(std::string_view text) {
  return text == kDead        ? CNX_MARK_DEAD
         : text == kReplayed  ? CNX_MARK_REPLAYED
         : text == kDiscarded ? CNX_MARK_DISCARDED
                              : CNX_MARK_NONE;
}

// Of a mark that is spent.
std::string_view name_of(cnx_mark_state spent) { return spent == CNX_MARK_DISCARDED ? kDiscarded : kReplayed; }

// What marks become that `replay` spends.
std::string_view spent_by(std::string_view replay) {
  return replay.starts_with(CNX_DISCARD_PREFIX) ? kDiscarded : kReplayed;
}

std::string bury_tail(Dialect dialect) {
  const bool alias = dialect == Dialect::kRowAlias;
  return std::string(alias ? " AS cnx_new" : "") +
         " ON DUPLICATE KEY UPDATE timestamp_ms=" + (alias ? "cnx_new.timestamp_ms" : "VALUES(timestamp_ms)") +
         ", state='dead', replay=NULL, died_at=UTC_TIMESTAMP(), updated_at=UTC_TIMESTAMP()";
}

std::string mark_name(const cnx_mark& mark) {
  return partition_name(mark.topic, mark.partition) + " offset " + std::to_string(mark.offset);
}

}  // namespace

std::vector<std::string> mark_statements(const TableName& name) {
  const std::string table = name.quoted();
  return {"SELECT `offset`, timestamp_ms, state, replay FROM " + table + " WHERE connector='' FOR UPDATE",
          "UPDATE " + table + " SET state='replayed', replay='', updated_at=UTC_TIMESTAMP() WHERE connector=''",
          "INSERT INTO " + table +
              " (connector, topic, `partition`, `offset`, timestamp_ms, state, died_at, updated_at)"
              " VALUES ('', '', -1, -1, -1, 'dead', UTC_TIMESTAMP(), UTC_TIMESTAMP())"};
}

MarkStore::MarkStore(std::string connector, std::string database, Session& session, Host host, CancelSwitch& cancel)
    : connector_(std::move(connector)),
      table_(TableName{database, std::string(kTable)}.quoted()),
      database_(std::move(database)),
      session_(session),
      host_(host),
      cancel_(cancel) {}

Status MarkStore::ensure_table() {
  const TableName name{database_, std::string(kTable)};
  return make_if_missing(session_, host_, name, marks_table_ddl(name));
}

std::vector<MarkStore::Chunk> MarkStore::chunks(std::span<const cnx_mark> marks) const {
  std::map<std::tuple<std::string_view, std::int32_t>, std::vector<std::size_t>> partitions;
  for (std::size_t i = 0; i < marks.size(); ++i) partitions[{view(marks[i].topic), marks[i].partition}].push_back(i);
  std::vector<Chunk> made;
  for (const auto& [partition, indexes] : partitions) {
    for (std::size_t begin = 0; begin < indexes.size(); begin += kMostOffsets) {
      Chunk& chunk = made.emplace_back();
      std::string offsets;
      for (std::size_t i = begin; i < std::min(begin + kMostOffsets, indexes.size()); ++i) {
        const std::int64_t offset = marks[indexes[i]].offset;
        const bool is_new = !chunk.by_offset.contains(offset);
        chunk.by_offset.emplace(offset, indexes[i]);
        if (!is_new) continue;
        ++chunk.rows;
        offsets += (offsets.empty() ? "" : ",") + std::to_string(offset);
      }
      const cnx_mark& any = marks[indexes[begin]];
      chunk.condition =
          partition_condition(connector_, any.topic, any.partition) + " AND `offset` IN (" + offsets + ")";
    }
  }
  return made;
}

Status MarkStore::bury(std::span<const cnx_mark> marks) {
  for (std::size_t begin = 0; begin < marks.size(); begin += kMostOffsets) {
    std::string sql = "INSERT INTO " + table_ +
                      " (connector, topic, `partition`, `offset`, timestamp_ms, state, died_at, updated_at) VALUES ";
    for (std::size_t i = begin; i < std::min(begin + kMostOffsets, marks.size()); ++i) {
      const cnx_mark& mark = marks[i];
      sql += std::string(i == begin ? "" : ",") + "(" + quote_text(connector_) + "," + quote_text(view(mark.topic)) +
             "," + std::to_string(mark.partition) + "," + std::to_string(mark.offset) + "," +
             std::to_string(mark.timestamp_ms) + ",'dead',UTC_TIMESTAMP(),UTC_TIMESTAMP())";
    }
    sql += bury_tail(session_.server().dialect);
    CNX_TRY(
        session_.connection().execute(sql, "marking " + std::to_string(marks.size()) + " dead records in " + table_));
  }
  return {};
}

Result<std::vector<MarkStore::Stored>> MarkStore::look(std::span<const cnx_mark> marks, const char* suffix,
                                                       std::string_view object) {
  std::vector<Stored> stored(marks.size());
  for (const Chunk& chunk : chunks(marks)) {
    const std::string sql =
        "SELECT `offset`, timestamp_ms, state, replay FROM " + table_ + chunk.condition + " ORDER BY `offset`" + suffix;
    CNX_ASSIGN(const auto found, session_.connection().query(sql, object));
    for (const ResultRow& row : found) {
      const std::int64_t there = number_of(row[1], -1);
      const auto [first, last] = chunk.by_offset.equal_range(number_of(row[0], -1));
      for (auto known = first; known != last; ++known) {
        const std::int64_t asked = marks[known->second].timestamp_ms;
        // Another timestamp: a record of an earlier topic of this name stood at the same offset.
        if (asked >= 0 && there >= 0 && asked != there) continue;
        Stored& entry = stored[known->second];
        entry.state = state_of(row[2].value_or(""));
        entry.replay = row[3].value_or("");
      }
    }
  }
  return stored;
}

Status MarkStore::redeem(std::string_view replay, std::span<const cnx_mark> marks) {
  const std::string object = "spending marks of dead records in " + table_;
  CNX_ASSIGN(const auto stored, look(marks, " FOR UPDATE", object));
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (stored[i].state == CNX_MARK_DEAD) continue;
    return fenced_error(mark_name(marks[i]) + (stored[i].state == CNX_MARK_NONE
                                                   ? ": is not dead any more in " + table_
                                                   : ": was " + std::string(name_of(stored[i].state)) +
                                                         " meanwhile by '" + stored[i].replay + "'"));
  }
  for (const Chunk& chunk : chunks(marks)) {
    CNX_TRY(session_.connection().execute("UPDATE " + table_ + " SET state='" + std::string(spent_by(replay)) +
                                              "', replay=" + quote_text(replay) + ", updated_at=UTC_TIMESTAMP()" +
                                              chunk.condition + " AND state='dead'",
                                          object));
    if (session_.connection().found_rows() != chunk.rows)
      return fatal_error(object + ": " + std::to_string(session_.connection().found_rows()) + " of " +
                         std::to_string(chunk.rows) + " locked rows could be updated");
  }
  return {};
}

Result<cnx_outcome> MarkStore::outcome(std::string_view replay, std::span<const cnx_mark> marks) {
  const std::string object = "asking for the outcome of a replay's commit";
  return ask_until_unlocked(session_, host_, cancel_, object, [&]() -> Result<cnx_outcome> {
    CNX_ASSIGN(const auto stored, look(marks, " FOR UPDATE", object));
    std::size_t ours = 0, dead = 0;
    for (const Stored& entry : stored) {
      ours += entry.state == state_of(spent_by(replay)) && entry.replay == replay ? 1 : 0;
      dead += entry.state == CNX_MARK_DEAD ? 1 : 0;
    }
    // One proves the whole transaction; the others may have been taken back since (reset).
    return ours > 0               ? cnx_outcome{CNX_COMMITTED}
           : dead == marks.size() ? cnx_outcome{CNX_NOT_COMMITTED}
                                  : cnx_outcome{CNX_OUTCOME_FENCED};
  });
}

Status MarkStore::read(std::span<cnx_mark> marks) {
  CNX_ASSIGN(const auto stored, look(marks, "", "reading " + table_));
  for (std::size_t i = 0; i < marks.size(); ++i) marks[i].state = stored[i].state;
  return {};
}

Status MarkStore::forget(cnx_str topic, std::int32_t partition, std::int64_t offset) {
  return session_.connection().execute("UPDATE " + table_ + " SET state='read again', updated_at=UTC_TIMESTAMP()" +
                                           partition_condition(connector_, topic, partition) +
                                           " AND `offset`>=" + std::to_string(offset),
                                       "forgetting marks of dead records in " + table_);
}

}  // namespace cnx::mysql
