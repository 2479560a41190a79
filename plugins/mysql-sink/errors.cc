// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <charconv>

#include "error_rules.h"

namespace cnx::mysql {
namespace {

// The name at the front of `rest`: quoted with ' or `, qualified or not; the last part counts. `rest` is left behind
// it.
std::string take_name(std::string_view& rest) {
  std::string name;
  while (!rest.empty() && (rest.front() == '`' || rest.front() == '\'')) {
    const auto end = rest.find(rest.front(), 1);
    if (end == std::string_view::npos) return {};
    name = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    if (rest.empty() || rest.front() != '.') break;
    rest.remove_prefix(1);
  }
  return name;
}

// The name after the last `marker`; `follows`: what must stand right behind the name, "" = anything.
std::string name_after(std::string_view text, std::string_view marker, std::string_view follows = {}) {
  const auto at = text.rfind(marker);
  if (at == std::string_view::npos) return {};
  std::string_view rest = text.substr(at + marker.size());
  std::string name = take_name(rest);
  return rest.starts_with(follows) ? name : std::string();
}

std::optional<std::uint64_t> row_in(std::string_view text) {
  const auto at = text.rfind(" at row ");
  if (at == std::string_view::npos) return {};
  const auto digits = text.substr(at + 8);
  std::uint64_t row = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), row);
  if (ec != std::errc() || row == 0 || end != digits.data() + digits.size()) return {};
  return row - 1;
}

}  // namespace

Error to_error(const ServerError& error, std::string_view object) {
  const ErrorRule& rule = rule_for(error.code, error.sqlstate);
  std::string message(object);
  message += ": ";
  message += rule.reason;
  message += " (server error " + std::to_string(error.code);
  if (rule.code == 0 && !error.sqlstate.empty()) message += ", SQLSTATE " + error.sqlstate;
  // A bad row is named by the caller: the row number in the server's text counts within a statement.
  if (rule.text_is_safe && error.text.find(" at row ") == std::string::npos)
    message += error.text.empty() ? "" : ": " + error.text;
  else if (rule.action != Action::kRecord)
    message += ": " + mask_values(error.text);
  message += ')';
  if (*rule.mend != '\0') message += std::string("; ") + rule.mend;
  return {rule.action, std::move(message), static_cast<std::int64_t>(error.code), 0};
}

Error without_record(Error error) {
  if (error.action != Action::kRecord) return error;
  error.action = Action::kFatal;
  error.message += "; the statement writes no rows of a record, so none is to blame";
  return error;
}

bool closes_connection(const ServerError& error) {
  // 2000-2999 are the client library's, as are these two of 5000 and on: the state of the protocol is unknown after
  // each of them. SQLSTATE class 08 is about the connection.
  if (error.code >= 2000 && error.code <= 2999) return true;
  if (error.sqlstate.starts_with("08")) return true;
  switch (error.code) {
    case 1053:
    case 1077:
    case 1079:
    case 1153:
    case 1927:
    case 3032:
    case 3169:
    case 4031:
    case 4081:
    case 4082:
    case 5013:
    case 5014:
      return true;
    default:
      return false;
  }
}

Blame find_blame(const ServerError& error) {
  Blame blame;
  // The phrases stand at the end; a value quoted before them may contain the same words, so the last one counts.
  const std::string_view text = error.text;
  switch (error.code) {
    case 1062:
    case 1586:
    case 1859:
      blame.constraint = name_after(text, "for key ");
      return blame;
    case 1216:
    case 1217:
    case 1451:
    case 1452:
      blame.constraint = name_after(text, "CONSTRAINT ");
      blame.column = name_after(text, "FOREIGN KEY (", ")");
      return blame;
    case 3819:
      blame.constraint = name_after(text, "Check constraint ");
      return blame;
    case 4025:
      blame.constraint = name_after(text, "CONSTRAINT ");
      return blame;
    case 1644:  // the author of a trigger wrote it
      return blame;
    default:
      break;
  }
  blame.row = row_in(text);
  for (const std::string_view marker : {"for column ", "Column ", "column "})
    if (blame.column = name_after(text, marker); !blame.column.empty()) break;
  return blame;
}

std::string mask_values(std::string_view text) {
  std::string masked;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '\'' && c != '"') {
      masked += c;
      continue;
    }
    // Values are not escaped in server texts: from the first quote to the last one nothing can be trusted.
    const auto last = text.rfind(c);
    masked += "'…'";
    if (last == i) break;
    i = last;
  }
  return masked;
}

}  // namespace cnx::mysql
