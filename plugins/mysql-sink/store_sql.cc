// SPDX-License-Identifier: Apache-2.0
#include "store_sql.h"

#include <charconv>

#include "table_info.h"

namespace cnx::mysql {

Status make_if_missing(Session& session, const Host& host, const TableName& name, const std::string& ddl) {
  const std::string sql = "SELECT 1 FROM information_schema.tables WHERE table_schema=" + quote_text(name.database) +
                          " AND table_name=" + quote_text(name.table);
  CNX_ASSIGN(const auto found, session.connection().query(sql, "looking for table " + name.quoted()));
  if (!found.empty()) return {};
  const std::string object = "creating table " + name.quoted();
  host.info(object);
  return session.connection().execute(ddl, object);
}

std::string partition_condition(std::string_view connector, cnx_str topic, std::int32_t partition) {
  return " WHERE connector=" + quote_text(connector) + " AND topic=" + quote_text(view(topic)) +
         " AND `partition`=" + std::to_string(partition);
}

std::int64_t number_of(const std::optional<std::string>& text, std::int64_t absent_value) {
  std::int64_t value = absent_value;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

std::string partition_name(cnx_str topic, std::int32_t partition) {
  return std::string(view(topic)) + "[" + std::to_string(partition) + "]";
}

}  // namespace cnx::mysql
