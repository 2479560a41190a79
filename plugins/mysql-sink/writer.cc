// SPDX-License-Identifier: Apache-2.0
#include "writer.h"

#include <charconv>

namespace cnx::mysql {

std::string object_of(const WriteJob& job) {
  return (job.deletes ? "deleting from table " : "writing to table ") + job.plan.table.name.quoted();
}

Error statement_error(const WriteJob& job, std::span<const std::uint32_t> sent, const ServerError& server,
                      Error error) {
  if (error.action != Action::kRecord) return error;
  Blame blame = find_blame(server);
  // Only a name of the table is believed: the text around it can hold values.
  if (const ColumnInfo* live = job.plan.table.find(blame.column))
    error.message = std::move(error).in("column `" + live->name + "` " + live->declared).message;
  else
    blame.column.clear();
  if (sent.size() == 1) blame.row = 0;
  if (blame.row && *blame.row < sent.size())
    job.rejects.reject(sent[*blame.row], blame.column, error.message, error.native_code);
  return error;
}

Status refuse_changed_values(const WriteJob& job, std::span<const std::uint32_t> sent, Session& session) {
  if (mysql_warning_count(session.connection().native()) == 0) return {};
  CNX_ASSIGN(const auto rows, session.connection().query("SHOW WARNINGS", object_of(job)));
  for (const auto& row : rows) {
    ServerError warning{0, row[2].value_or("")};
    const std::string code = row[1].value_or("");
    std::from_chars(code.data(), code.data() + code.size(), warning.code);
    Error error = to_error(warning, object_of(job));
    // Others (deprecations) do not speak of values.
    if (error.action == Action::kRecord) return statement_error(job, sent, warning, std::move(error));
  }
  return {};
}

}  // namespace cnx::mysql
