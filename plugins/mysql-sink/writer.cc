// SPDX-License-Identifier: Apache-2.0
#include "writer.h"

#include <algorithm>
#include <charconv>

namespace cnx::mysql {
namespace {

constexpr std::int64_t kPacketTooLarge = 1153;

// `name` without the table's name and a dot before it, which stand in some texts.
std::string_view within(const TableInfo& table, std::string_view name) {
  const std::size_t length = table.name.table.size();
  const bool qualified =
      name.size() > length && name[length] == '.' && same_name(name.substr(0, length), table.name.table);
  return qualified ? name.substr(length + 1) : name;
}

const UniqueKey* find_key(const TableInfo& table, std::string_view name) {
  for (const auto& key : table.unique_keys)
    if (same_name(key.name, name) || same_name(key.name, within(table, name))) return &key;
  return nullptr;
}

const ColumnInfo* find_column(const TableInfo& table, std::string_view name) {
  const ColumnInfo* column = table.find(name);
  return column != nullptr ? column : table.find(within(table, name));
}

// Puts what the server's text names into the message; a column is returned. A key, a check or a foreign key over one
// column names that column. Only names of the table are believed: the text around them can hold values.
const ColumnInfo* name_place(const TableInfo& table, const Blame& blame, Error& error) {
  const ColumnInfo* column = find_column(table, blame.column);
  if (const UniqueKey* key = find_key(table, blame.constraint)) {
    error.message = std::move(error).in("key `" + key->name + "`").message;
    if (key->columns.size() == 1) column = table.find(key->columns[0]);
  } else if (within(table, blame.constraint) != blame.constraint) {
    column = find_column(table, blame.constraint);  // MariaDB names the check of a column so
  }
  if (column != nullptr)
    error.message = std::move(error).in("column `" + column->name + "` " + column->declared).message;
  return column;
}

// MariaDB's number of the row at which the last INSERT failed with `code`, counted from 0; nothing when it does not
// know. The error is the last of the conditions; warnings about other rows may stand before it.
std::optional<std::uint64_t> row_number(Session& session, std::int64_t code) {
  Connection& connection = session.connection();
  const std::string_view object = "asking which row failed";
  if (!connection.execute("GET DIAGNOSTICS @cnx_last=NUMBER", object).ok() ||
      !connection.execute("GET DIAGNOSTICS CONDITION @cnx_last @cnx_code=MYSQL_ERRNO, @cnx_row=ROW_NUMBER", object)
           .ok())
    return {};
  const auto found = connection.query("SELECT @cnx_code, @cnx_row", object);
  if (!found.ok() || found->empty() || (*found)[0][0] != std::to_string(code)) return {};
  const std::string text = (*found)[0][1].value_or("");
  std::uint64_t row = 0;
  std::from_chars(text.data(), text.data() + text.size(), row);
  if (row == 0) return {};
  return row - 1;
}

// Of two rows that collide, the later record has to be the dead one. The statement meets the rows in the order of
// pk.fields, so a collision in another key may show at the earlier record: then the host's search finds the later one.
bool row_is_later_record(const WritePlan& plan, const Blame& blame, std::int64_t code) {
  if (code != 1062 && code != 1586) return true;
  if (plan.key_columns.empty()) return true;
  const UniqueKey* key = find_key(plan.table, blame.constraint);
  if (key == nullptr || key->has_prefix || key->columns.size() != plan.key_columns.size()) return false;
  for (const std::uint32_t c : plan.key_columns) {
    const auto is_column = [&](const std::string& name) { return same_name(name, plan.columns[c].name); };
    if (std::none_of(key->columns.begin(), key->columns.end(), is_column)) return false;
    // The sorting is by bytes; keys that are equal for the server without being so may stand in the other order.
    const std::string& collation = plan.live[c]->collation;
    if (!collation.empty() && !collation.ends_with("_bin")) return false;
  }
  return true;
}

}  // namespace

std::string object_of(const WriteJob& job) {
  return (job.deletes ? "deleting from table " : "writing to table ") + job.plan.table.name.quoted();
}

Error statement_error(const WriteJob& job, std::span<const std::uint32_t> sent, Session& session, Error error) {
  if (error.action != Action::kRecord) return error;
  // A copy: asking for the row changes what the connection was last told.
  const ServerError server = session.connection().last_error();
  // The server takes less than it said, or something before it does. That is no single record's fault; the next
  // connection reads the limit anew.
  if (error.native_code == kPacketTooLarge && sent.size() > 1) {
    error.action = Action::kRetry;
    return error;
  }
  Blame blame = find_blame(server);
  const ColumnInfo* column = name_place(job.plan.table, blame, error);
  if (sent.size() == 1)
    blame.row = 0;
  else if (!blame.row && !job.deletes && session.server().names_rows &&
           row_is_later_record(job.plan, blame, error.native_code))
    blame.row = row_number(session, error.native_code);
  if (blame.row && *blame.row < sent.size())
    job.rejects.reject(sent[*blame.row], column == nullptr ? "" : column->name, error.message, error.native_code);
  return error;
}

Status refuse_changed_values(const WriteJob& job, std::span<const std::uint32_t> sent, Session& session) {
  if (!session.connection().has_warnings()) return {};
  CNX_ASSIGN(const auto rows, session.connection().query("SHOW WARNINGS", object_of(job)));
  for (const auto& row : rows) {
    ServerError warning{0, row[2].value_or(""), ""};
    const std::string code = row[1].value_or("");
    std::from_chars(code.data(), code.data() + code.size(), warning.code);
    Error error = to_error(warning, object_of(job));
    // Others (deprecations) do not speak of values.
    if (error.action != Action::kRecord) continue;
    const Blame blame = find_blame(warning);
    const ColumnInfo* column = name_place(job.plan.table, blame, error);
    const auto bad = sent.size() == 1 ? std::optional<std::uint64_t>(0) : blame.row;
    if (bad && *bad < sent.size())
      job.rejects.reject(sent[*bad], column == nullptr ? "" : column->name, error.message, error.native_code);
    return error;
  }
  return {};
}

}  // namespace cnx::mysql
