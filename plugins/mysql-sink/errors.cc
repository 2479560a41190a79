// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace cnx::mysql {
namespace {

constexpr const char* kWait = "";
constexpr const char* kGrant = "grant the user what sql/004_grants.sql lists, or use another user";
constexpr const char* kMendRow = "correct the value at its source or change the column";
constexpr const char* kTable = "run 'connect-host init', or set auto.create / auto.evolve";

// Numbers and meanings: MariaDB "Error Codes" and MySQL 8 "Server/Client Error Message Reference". Ascending.
constexpr ErrorRule kRules[] = {
    {1020, Action::kRetry, true, "the row was changed by another transaction", kWait},
    {1021, Action::kRetry, true, "the server's disk is full", "free disk space on the database server"},
    {1026, Action::kRetry, true, "the server could not write a file", "look at the server's disk and error log"},
    {1030, Action::kRetry, true, "the storage engine failed", "look at the server's disk and error log"},
    {1037, Action::kRetry, true, "the server is out of memory", "give the server more memory"},
    {1038, Action::kRetry, true, "the server is out of sort memory", "give the server more memory"},
    {1040, Action::kRetry, true, "the server has too many connections", "raise max_connections or lower tasks.max"},
    {1041, Action::kRetry, true, "the server is out of memory", "give the server more memory"},
    {1042, Action::kRetry, true, "the server cannot resolve this host's name", kWait},
    {1043, Action::kRetry, true, "the handshake failed", kWait},
    {1044, Action::kAuth, true, "access to the database is denied", kGrant},
    {1045, Action::kAuth, true, "user or password refused", "correct connection.user and connection.password"},
    {1046, Action::kConfig, true, "no database is chosen",
     "put the database into connection.url: mysql://host:port/db"},
    {1047, Action::kRetry, true, "the cluster node is not ready", kWait},
    {1048, Action::kRecord, true, "null in a column that must have a value", kMendRow},
    {1049, Action::kConfig, true, "the database does not exist", "run 'connect-host init', or correct connection.url"},
    {1053, Action::kRetry, true, "the server is shutting down", kWait},
    {1054, Action::kConfig, true, "the table lacks a column", kTable},
    {1060, Action::kRetry, true, "the column is there already: another task added it", kWait},
    {1062, Action::kRecord, false, "duplicate key",
     "with insert.mode=upsert the newer row would replace the older one"},
    {1064, Action::kFatal, false, "the server does not understand the statement", "report the server's version"},
    {1071, Action::kConfig, true, "the key is too long for this server", "choose shorter pk.fields"},
    {1075, Action::kConfig, true, "wrong table definition", "create the table by hand"},
    {1077, Action::kRetry, true, "the server is shutting down", kWait},
    {1079, Action::kRetry, true, "the server has shut down", kWait},
    {1114, Action::kRetry, true, "the table is full", "free disk space on the database server"},
    {1118, Action::kRecord, true, "the row is too large for the table", kMendRow},
    {1129, Action::kAuth, true, "the server blocks this host after many failed connections", "run FLUSH HOSTS on it"},
    {1130, Action::kAuth, true, "this host may not connect to the server", kGrant},
    {1136, Action::kConfig, true, "the number of columns differs from the table's", kTable},
    {1142, Action::kAuth, true, "the user lacks a privilege on the table", kGrant},
    {1143, Action::kAuth, true, "the user lacks a privilege on a column", kGrant},
    {1146, Action::kConfig, true, "the table does not exist", kTable},
    {1152, Action::kRetry, true, "the server dropped the connection", kWait},
    {1153, Action::kRecord, true, "larger than the server's max_allowed_packet", "raise max_allowed_packet"},
    {1158, Action::kRetry, true, "the server could not read from the network", kWait},
    {1159, Action::kRetry, true, "the server timed out reading from the network", kWait},
    {1160, Action::kRetry, true, "the server could not write to the network", kWait},
    {1161, Action::kRetry, true, "the server timed out writing to the network", kWait},
    {1169, Action::kRecord, false, "a unique constraint forbids the row", kMendRow},
    {1180, Action::kRetry, true, "COMMIT failed on the server", "look at the server's error log"},
    {1203, Action::kRetry, true, "the user has too many connections", "raise max_user_connections"},
    {1205, Action::kRetry, true, "another transaction holds a lock for too long", kWait},
    {1206, Action::kRetry, true, "the server's lock table is full", "lower batch.size"},
    {1213, Action::kRetry, true, "deadlock with another transaction", kWait},
    {1216, Action::kRecord, false, "a foreign key forbids the row", kMendRow},
    {1217, Action::kRecord, false, "a foreign key forbids the change", kMendRow},
    {1226, Action::kRetry, true, "the user has used up a resource limit", "raise the user's limits"},
    {1227, Action::kAuth, true, "the user lacks a privilege", kGrant},
    {1243, Action::kRetry, true, "the server forgot the prepared statement", kWait},
    {1251, Action::kConfig, true, "the server's way of logging in is not supported", "give the user another one"},
    {1264, Action::kRecord, true, "value out of the column's range", kMendRow},
    {1265, Action::kRecord, true, "value does not fit the column and would be changed", kMendRow},
    {1273, Action::kConfig, true, "the server lacks a collation", "use a server of this century's versions"},
    {1290, Action::kRetry, true, "the server is read-only", "point connection.url to the primary if this does not end"},
    {1292, Action::kRecord, false, "value is not valid for the column's type", kMendRow},
    {1300, Action::kRecord, false, "text is not valid UTF-8", kMendRow},
    {1317, Action::kRetry, true, "the statement was interrupted on the server", kWait},
    {1364, Action::kConfig, true, "a column without default gets no value",
     "give the column a default, or let it be null"},
    {1365, Action::kRecord, true, "division by zero", kMendRow},
    {1366, Action::kRecord, false, "value is not valid for the column's type", kMendRow},
    {1367, Action::kRecord, false, "illegal value", kMendRow},
    {1370, Action::kAuth, true, "the user lacks a privilege on a routine", kGrant},
    {1406, Action::kRecord, true, "value too long for the column",
     "shorten it, widen the column, or set truncate: warn"},
    {1411, Action::kRecord, false, "value is not valid for the column's type", kMendRow},
    {1412, Action::kRetry, true, "the table was altered meanwhile", kWait},
    {1416, Action::kRecord, true, "not a geometry value", kMendRow},
    {1451, Action::kRecord, false, "a foreign key forbids the change", kMendRow},
    {1452, Action::kRecord, false, "a foreign key has no row to point to", kMendRow},
    {1586, Action::kRecord, false, "duplicate key", kMendRow},
    {1615, Action::kRetry, true, "the statement has to be prepared again", kWait},
    {1644, Action::kRecord, false, "a trigger of the table refused the row", kMendRow},
    {1690, Action::kRecord, false, "value out of range", kMendRow},
    {1698, Action::kAuth, true, "user refused", "correct connection.user and connection.password"},
    {1792, Action::kRetry, true, "the server is read-only", "point connection.url to the primary if this does not end"},
    {1820, Action::kAuth, true, "the password has expired", "set a new password"},
    {1836, Action::kRetry, true, "the server is read-only", "point connection.url to the primary if this does not end"},
    {1862, Action::kAuth, true, "the password has expired", "set a new password"},
    {1906, Action::kRecord, true, "a generated column cannot be written", "leave the column out"},
    {1927, Action::kRetry, true, "the connection was killed", kWait},
    {1969, Action::kRetry, true, "the statement took longer than the server allows", "raise max_statement_time"},
    {2001, Action::kRetry, true, "cannot make a socket", "look at the limits of this process"},
    {2002, Action::kRetry, true, "cannot connect to the server", "start it, or correct connection.url"},
    {2003, Action::kRetry, true, "cannot connect to the server", "start it, or correct connection.url"},
    {2004, Action::kRetry, true, "cannot make a socket", "look at the limits of this process"},
    {2005, Action::kRetry, true, "the host's name is not known", "correct connection.url, or look at the name service"},
    {2006, Action::kRetry, true, "the connection is gone", kWait},
    {2012, Action::kRetry, true, "the handshake failed", kWait},
    {2013, Action::kRetry, true, "the connection was lost or timed out during a statement", kWait},
    {2026, Action::kConfig, true, "TLS failed",
     "correct connection.ssl.mode and connection.ssl.ca, or the server's certificate"},
    {2027, Action::kRetry, true, "the server sent a malformed packet", kWait},
    {2048, Action::kRetry, true, "the connection is gone", kWait},
    {2055, Action::kRetry, true, "the connection was lost", kWait},
    {2058, Action::kConfig, true, "the login plugin could not be loaded", "install it or give the user another one"},
    {2059, Action::kConfig, true, "the login plugin could not be loaded", "install it or give the user another one"},
    {2061, Action::kAuth, true, "the login failed", "correct connection.user and connection.password"},
    {3024, Action::kRetry, true, "the statement took longer than the server allows", "raise max_execution_time"},
    {3105, Action::kRecord, true, "a generated column cannot be written", "leave the column out"},
    {3140, Action::kRecord, false, "not valid JSON", kMendRow},
    {3141, Action::kRecord, false, "not valid JSON", kMendRow},
    {3156, Action::kRecord, false, "JSON value does not fit the column", kMendRow},
    {3168, Action::kRetry, true, "the server is not ready", kWait},
    {3169, Action::kRetry, true, "the connection was killed", kWait},
    {3572, Action::kRetry, true, "another transaction holds a lock", kWait},
    {3819, Action::kRecord, true, "a check constraint forbids the row", kMendRow},
    {4025, Action::kRecord, true, "a check constraint forbids the row", kMendRow},
    {4031, Action::kRetry, true, "the server closed the idle connection", kWait},
};
static_assert(std::is_sorted(std::begin(kRules), std::end(kRules),
                             [](const ErrorRule& a, const ErrorRule& b) { return a.code < b.code; }));

// The name after `marker`: quoted with ' or `, qualified or not; the last part counts.
std::string name_after(std::string_view text, std::string_view marker) {
  const auto at = text.rfind(marker);
  if (at == std::string_view::npos) return {};
  std::string_view rest = text.substr(at + marker.size());
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

}  // namespace

const ErrorRule* find_rule(unsigned code) {
  const auto* at = std::lower_bound(std::begin(kRules), std::end(kRules), code,
                                    [](const ErrorRule& rule, unsigned wanted) { return rule.code < wanted; });
  return at != std::end(kRules) && at->code == code ? at : nullptr;
}

Error to_error(const ServerError& error, std::string_view object) {
  const ErrorRule* rule = find_rule(error.code);
  std::string message(object);
  message += ": ";
  message += rule ? rule->reason : "unexpected error";
  message += " (server error " + std::to_string(error.code);
  // A bad row is named by the caller: the row number in the server's text counts within a statement.
  if (rule && rule->text_is_safe && error.text.find(" at row ") == std::string::npos)
    message += ": " + error.text;
  else if (rule == nullptr || rule->action != Action::kRecord)
    message += ": " + mask_values(error.text);
  message += ')';
  if (rule && *rule->mend != '\0') message += std::string("; ") + rule->mend;
  return {rule ? rule->action : Action::kFatal, std::move(message), static_cast<std::int64_t>(error.code), 0};
}

bool closes_connection(unsigned code) {
  // 2000-2999 are the client library's: the state of the protocol is unknown after each of them.
  if (code >= 2000 && code <= 2999) return true;
  switch (code) {
    case 1053:
    case 1077:
    case 1079:
    case 1152:
    case 1153:
    case 1158:
    case 1159:
    case 1160:
    case 1161:
    case 1927:
    case 3169:
    case 4031:
      return true;
    default:
      return false;
  }
}

Blame find_blame(const ServerError& error) {
  Blame blame;
  // The phrases stand at the end; a value quoted before them may contain the same words, so the last one counts.
  const std::string_view text = error.text;
  if (const auto at = text.rfind(" at row "); at != std::string_view::npos) {
    std::uint64_t row = 0;
    const auto digits = text.substr(at + 8);
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), row);
    if (ec == std::errc() && row > 0 && end == digits.data() + digits.size()) blame.row = row - 1;
  }
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
