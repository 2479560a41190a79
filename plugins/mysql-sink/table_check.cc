// SPDX-License-Identifier: Apache-2.0
#include "table_check.h"

#include <algorithm>

namespace cnx::mysql {
namespace {

constexpr std::uint32_t kDigitsOfDouble = 15;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

bool same_columns(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const std::string& name) {
           return std::any_of(b.begin(), b.end(), [&](const std::string& other) { return same_name(name, other); });
         });
}

std::string type_name(cnx_type type) {
  switch (type) {
    case CNX_INT64:
      return "integers";
    case CNX_FLOAT64:
      return "floating-point numbers";
    case CNX_BOOL:
      return "booleans";
    case CNX_DECIMAL:
      return "decimals";
    case CNX_TIMESTAMP:
    case CNX_DATETIME:
      return "times";
    case CNX_DATE:
      return "dates";
    case CNX_TEXT:
      return "texts";
    case CNX_BYTES:
      return "bytes";
    case CNX_JSON:
      return "JSON values";
    case CNX_WRITE_TIME:
      return "the time of the write";
    default:
      return "values of an unknown type";
  }
}

// Whether values of the type arrive in the column as they are, or are refused by the server; never changed silently.
bool kinds_fit(cnx_type type, const ColumnInfo& live) {
  const ColumnKind kind = live.kind;
  // ENUM, SET, YEAR, UUID …: a text is checked by the server, a number would be taken for an index or a short year.
  if (kind == ColumnKind::kOther) {
    const bool is_bit = live.declared.starts_with("bit");
    return is_bit ? type == CNX_INT64 || type == CNX_BOOL || type == CNX_BYTES
                  : type == CNX_TEXT || type == CNX_JSON || type == CNX_BYTES;
  }
  const bool is_number = kind == ColumnKind::kInteger || kind == ColumnKind::kDecimal;
  const bool is_text = kind == ColumnKind::kText;
  switch (type) {
    case CNX_INT64:
    case CNX_BOOL:
      return is_number || is_text || kind == ColumnKind::kFloat;
    case CNX_DECIMAL:
      return is_number || is_text;
    case CNX_FLOAT64:
      return is_number || kind == ColumnKind::kFloat;
    case CNX_TIMESTAMP:
    case CNX_DATETIME:
    case CNX_DATE:
      return kind == ColumnKind::kTime || kind == ColumnKind::kDate || is_text;
    case CNX_TEXT:
      return is_text || kind == ColumnKind::kBinary;
    case CNX_BYTES:
      return kind == ColumnKind::kBinary;
    case CNX_JSON:
      return kind == ColumnKind::kJson || is_text;
    case CNX_WRITE_TIME:
      return kind == ColumnKind::kTime;
    default:
      return false;
  }
}

std::string column_object(const TableInfo& table, std::string_view column) {
  return table.name.quoted() + "." + quote_name(column);
}

void check_width(const Shape::Column& column, const ColumnInfo& live, const TableInfo& table, bool truncates,
                 std::vector<Problem>& problems) {
  const auto warn = [&](const std::string& message, const std::string& mend) {
    problems.push_back({CNX_FINDING_WARNING, column_object(table, live.name), message, mend});
  };
  const std::uint64_t length = live.max_characters > 0 ? live.max_characters : live.max_bytes;
  if ((column.type == CNX_TEXT || column.type == CNX_BYTES) && length > 0 && column.max_length > length)
    warn("it is " + live.declared + ", the rows bring up to " + std::to_string(column.max_length) + "; longer ones " +
             (truncates ? "will be cut" : "will be errors of their records"),
         "widen it: ALTER TABLE " + table.name.quoted() + " MODIFY " + quote_name(live.name) + " …(" +
             std::to_string(column.max_length) + ")");
  if (column.type == CNX_DECIMAL && live.kind == ColumnKind::kDecimal &&
      (live.scale < column.scale || live.precision - live.scale < column.precision - column.scale))
    warn("it is " + live.declared + ", the rows bring DECIMAL(" + std::to_string(column.precision) + "," +
             std::to_string(column.scale) + "); values that do not fit will be errors of their records",
         "widen it");
  if ((column.type == CNX_TIMESTAMP || column.type == CNX_DATETIME) && live.kind == ColumnKind::kTime &&
      live.scale < column.scale)
    warn("it is " + live.declared + ", the rows bring " + std::to_string(column.scale) +
             " fractional digits of a second; values that do not fit will be errors of their records",
         "widen it");
  if (column.type == CNX_FLOAT64 && live.declared.starts_with("float"))
    warn("it is " + live.declared + ", which keeps about 7 digits of a number", "make it DOUBLE");
  if (column.type == CNX_INT64 && live.kind == ColumnKind::kFloat)
    warn("it is " + live.declared + ", which keeps about " + std::to_string(kDigitsOfDouble) + " digits of a number",
         "make it BIGINT");
  if ((column.type == CNX_TEXT || column.type == CNX_JSON) && !live.charset.empty() && live.charset != "utf8mb4")
    warn("its character set is " + live.charset +
             ": texts with other characters (emoji) will be errors of their records",
         "ALTER TABLE " + table.name.quoted() + " CONVERT TO CHARACTER SET utf8mb4");
}

void check_unused(const Shape& shape, const TableInfo& table, std::vector<Problem>& problems) {
  for (const auto& live : table.columns)
    if (!live.nullable && !live.has_default && !shape.find(live.name))
      problems.push_back({CNX_FINDING_ERROR, column_object(table, live.name),
                          "it is NOT NULL without a default, and the rows bring no value for it",
                          "give it a default or let it be null"});
}

}  // namespace

std::vector<std::uint32_t> missing_columns(const Shape& shape, const TableInfo& table) {
  std::vector<std::uint32_t> missing;
  for (std::uint32_t c = 0; c < shape.columns.size(); ++c)
    if (table.find(shape.columns[c].name) == nullptr) missing.push_back(c);
  return missing;
}

std::vector<Problem> check_key(const TableInfo& table, const Settings& settings) {
  std::vector<Problem> problems;
  const std::string name = table.name.quoted();
  const auto refuse = [&](const std::string& message, const std::string& mend) {
    problems.push_back({CNX_FINDING_ERROR, name, message, mend});
  };
  if (table.is_view) {
    refuse("it is a view", "name the table behind it");
    return problems;
  }
  if (!table.transactional)
    refuse("its engine " + table.engine + " has no transactions: rows and offsets could not commit together",
           "ALTER TABLE " + name + " ENGINE=InnoDB");
  if (settings.insert_mode != InsertMode::kUpsert) return problems;
  const std::string wanted = joined(settings.key_fields);
  const bool has_wanted = std::any_of(table.unique_keys.begin(), table.unique_keys.end(), [&](const UniqueKey& key) {
    return !key.has_prefix && same_columns(key.columns, settings.key_fields);
  });
  for (const auto& key : table.unique_keys) {
    if (!key.has_prefix && same_columns(key.columns, settings.key_fields)) continue;
    const std::string columns = joined(key.columns);
    refuse("its unique key " + key.name + " (" + columns + ")" + (key.has_prefix ? " on parts of columns" : "") +
               " is not pk.fields (" + wanted + "): of several rows with one (" + columns +
               ") only the last would be left, the others would be lost",
           has_wanted ? "drop that key: ALTER TABLE " + name + " DROP " +
                            (key.name == "PRIMARY" ? "PRIMARY KEY" : "INDEX " + quote_name(key.name))
                      : "move the table to the key (" + wanted +
                            "), as sql/010_move_from_old_key.sql does, or set pk.fields: " + columns);
  }
  if (table.unique_keys.empty())
    refuse("it has no unique key: every new version of a row would be added as one more row",
           "ALTER TABLE " + name + " ADD PRIMARY KEY (" + wanted + ")");
  else if (has_wanted)
    for (const auto& field : settings.key_fields)
      if (const ColumnInfo* live = table.find(field);
          live && !live->collation.empty() && !live->collation.ends_with("_bin") && live->charset != "binary")
        problems.push_back({CNX_FINDING_WARNING, column_object(table, live->name),
                            "it is part of the key and compares by " + live->collation +
                                ": keys that differ only in case, accents or trailing blanks are one row",
                            "give it the collation utf8mb4_bin if they can differ in no more than that"});
  return problems;
}

std::vector<Problem> check_columns(const Shape& shape, const TableInfo& table, const Settings& settings) {
  std::vector<Problem> problems;
  const auto refuse = [&](std::string_view column, const std::string& message, const std::string& mend) {
    problems.push_back({CNX_FINDING_ERROR, column_object(table, column), message, mend});
  };
  for (const auto& field : settings.key_fields)
    if (!shape.find(field)) refuse(field, "pk.fields names it, but the rows do not bring it", "correct pk.fields");
  for (const auto& column : shape.columns) {
    const ColumnInfo* live = table.find(column.name);
    if (live == nullptr) {
      if (settings.auto_evolve && !settings.is_key(column.name))
        problems.push_back({CNX_FINDING_WARNING, column_object(table, column.name),
                            "the table lacks it; auto.evolve will add it before the first write", ""});
      else
        refuse(column.name, "the rows bring it, the table lacks it", "add it, or set auto.evolve: true");
      continue;
    }
    if (live->generated)
      refuse(live->name, "it is a generated column", "leave it out of the rows");
    else if (!kinds_fit(column.type, *live))
      refuse(live->name,
             "the rows bring " + type_name(column.type) + ", the column is " + live->declared +
                 ": values would be changed or refused",
             "change the column's type");
    else if (column.type == CNX_DECIMAL && column.scale > 28)
      refuse(live->name, "a decimal with " + std::to_string(column.scale) + " digits behind the point is not supported",
             "bring at most 28");
    else
      check_width(column, *live, table, settings.truncate, problems);
  }
  check_unused(shape, table, problems);
  return problems;
}

}  // namespace cnx::mysql
