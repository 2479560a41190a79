// SPDX-License-Identifier: Apache-2.0
#include "error_rules.h"

#include <algorithm>
#include <iterator>

namespace cnx::mysql {
namespace {

// Whether the server's text for the number holds names alone, or values of rows, too.
constexpr bool kNames = true;
constexpr bool kValues = false;

// Mends that several errors share.
constexpr const char* kWait = "";
constexpr const char* kByHand = "create the table by hand";
constexpr const char* kDisk = "look at the server's disk and error log";
constexpr const char* kDuplicate = "with insert.mode=upsert the newer row would replace the older one";
constexpr const char* kGrant = "grant the user what sql/004_grants.sql lists, or use another user";
constexpr const char* kLimits = "look at the limits and the memory of this machine";
constexpr const char* kLogin = "correct connection.user and connection.password";
constexpr const char* kMemory = "give the server more memory";
constexpr const char* kMendRow = "correct the value at its source or change the column";
constexpr const char* kPassword = "set a new password";
constexpr const char* kPlugin = "give the user another way of logging in, or install the client's plugin for it";
constexpr const char* kReach = "start it, or correct connection.url";
constexpr const char* kRepair = "repair or restore the table; the sink goes on by itself then";
constexpr const char* kReport = "this is an error of the sink; report it";
constexpr const char* kSpace = "free disk space on the database server; the sink goes on by itself then";
constexpr const char* kTable = "run 'connect-host init', or set auto.create / auto.evolve";
constexpr const char* kTrigger = "correct the triggers of the table";
constexpr const char* kUnlock = "end the session that locked it";
constexpr const char* kUnlockUser = "unlock the account";
constexpr const char* kUpgrade = "use a newer server: MariaDB 10.6 or MySQL 8.0 at least";
constexpr const char* kWritable =
    "make the server writable, or point connection.url to the primary; the sink goes on by itself then";

constexpr ErrorRule kRules[] = {
    {1004, Action::kRetry, kNames, "the server cannot make a file", kDisk},
    {1005, Action::kRetry, kNames, "the server cannot make a table", kDisk},
    {1015, Action::kRetry, kNames, "the server cannot lock a file", kDisk},
    {1016, Action::kRetry, kNames, "the server cannot open a file of the table", kDisk},
    {1020, Action::kRetry, kNames, "the row was changed by another transaction", kWait},
    {1021, Action::kRetry, kNames, "the server's disk is full", kSpace},
    {1022, Action::kRecord, kNames, "duplicate key", kDuplicate},
    {1023, Action::kRetry, kNames, "the server could not close a file", kDisk},
    {1024, Action::kRetry, kNames, "the server could not read a file", kDisk},
    {1026, Action::kRetry, kNames, "the server could not write a file", kDisk},
    {1030, Action::kRetry, kNames, "the storage engine failed", kDisk},
    {1031, Action::kConfig, kNames, "the table's engine cannot do this", "use InnoDB"},
    {1032, Action::kRetry, kNames, "the row was removed by another transaction", kWait},
    {1034, Action::kRetry, kNames, "an index of the table is damaged", kRepair},
    {1035, Action::kRetry, kNames, "a file of the table is damaged", kRepair},
    {1036, Action::kRetry, kNames, "the table is read-only", kWritable},
    {1037, Action::kRetry, kNames, "the server is out of memory", kMemory},
    {1038, Action::kRetry, kNames, "the server is out of sort memory", kMemory},
    {1040, Action::kRetry, kNames, "the server has too many connections", "raise max_connections or lower tasks.max"},
    {1041, Action::kRetry, kNames, "the server is out of memory", kMemory},
    {1042, Action::kRetry, kNames, "the server cannot resolve this host's name", kWait},
    {1043, Action::kRetry, kNames, "the handshake failed", kWait},
    {1044, Action::kAuth, kNames, "access to the database is denied", kGrant},
    {1045, Action::kAuth, kNames, "user or password refused", kLogin},
    {1046, Action::kConfig, kNames, "no database is chosen",
     "put the database into connection.url: mysql://host:port/db"},
    {1047, Action::kRetry, kNames, "the cluster node is not ready", kWait},
    {1048, Action::kRecord, kNames, "null in a column that must have a value", kMendRow},
    {1049, Action::kConfig, kNames, "the database does not exist",
     "run 'connect-host init', or correct connection.url"},
    {1050, Action::kRetry, kNames, "the table is there already: another task made it", kWait},
    {1053, Action::kRetry, kNames, "the server is shutting down", kWait},
    {1054, Action::kConfig, kNames, "the table, or a trigger of it, lacks a column", kTable},
    {1058, Action::kConfig, kNames, "the number of columns differs from the table's", kTable},
    {1060, Action::kRetry, kNames, "the column is there already: another task added it", kWait},
    {1062, Action::kRecord, kValues, "duplicate key", kDuplicate},
    {1064, Action::kFatal, kValues, "the server does not understand the statement", "report the server's version"},
    {1071, Action::kConfig, kNames, "the key is too long for this server", "choose shorter pk.fields"},
    {1074, Action::kConfig, kNames, "a column is too long for this server", kByHand},
    {1075, Action::kConfig, kNames, "wrong table definition", kByHand},
    {1077, Action::kRetry, kNames, "the server is shutting down", kWait},
    {1079, Action::kRetry, kNames, "the server has shut down", kWait},
    {1080, Action::kRetry, kNames, "the server closed the connection", kWait},
    {1099, Action::kConfig, kNames, "the table is locked for reading", kUnlock},
    {1114, Action::kRetry, kNames, "the table is full", kSpace},
    {1115, Action::kConfig, kNames, "the server lacks a character set", kUpgrade},
    {1117, Action::kConfig, kNames, "too many columns for one table", kByHand},
    {1118, Action::kRecord, kNames, "the row is too large for the table", kMendRow},
    {1129, Action::kRetry, kNames, "the server blocks this host after many failed connections",
     "run FLUSH HOSTS on it"},
    {1130, Action::kAuth, kNames, "this host may not connect to the server", kGrant},
    {1135, Action::kRetry, kNames, "the server cannot start a thread", kMemory},
    {1136, Action::kConfig, kNames, "the number of columns differs from the table's", kTable},
    {1138, Action::kRecord, kNames, "null where a value is needed", kMendRow},
    {1142, Action::kAuth, kNames, "the user lacks a privilege on the table", kGrant},
    {1143, Action::kAuth, kNames, "the user lacks a privilege on a column", kGrant},
    {1146, Action::kConfig, kNames, "the table does not exist", kTable},
    {1152, Action::kRetry, kNames, "the server dropped the connection", kWait},
    {1153, Action::kRecord, kNames, "larger than the server's max_allowed_packet", "raise max_allowed_packet"},
    {1158, Action::kRetry, kNames, "the server could not read from the network", kWait},
    {1159, Action::kRetry, kNames, "the server timed out reading from the network", kWait},
    {1160, Action::kRetry, kNames, "the server could not write to the network", kWait},
    {1161, Action::kRetry, kNames, "the server timed out writing to the network", kWait},
    {1169, Action::kRecord, kNames, "a unique constraint forbids the row", kMendRow},
    {1180, Action::kRetry, kNames, "COMMIT failed on the server", kDisk},
    {1181, Action::kRetry, kNames, "ROLLBACK failed on the server", kDisk},
    {1184, Action::kRetry, kNames, "the server dropped the connection", kWait},
    {1193, Action::kConfig, kNames, "the server lacks a setting that the sink needs", kUpgrade},
    {1194, Action::kRetry, kNames, "the table is damaged", kRepair},
    {1195, Action::kRetry, kNames, "the table is damaged", kRepair},
    {1197, Action::kConfig, kNames, "the transaction is larger than max_binlog_cache_size",
     "lower batch.size, or raise max_binlog_cache_size"},
    {1203, Action::kRetry, kNames, "the user has too many connections", "raise max_user_connections"},
    {1205, Action::kRetry, kNames, "another transaction holds a lock for too long", kWait},
    {1206, Action::kRetry, kNames, "the server's lock table is full",
     "lower batch.size, or raise innodb_buffer_pool_size"},
    {1207, Action::kConfig, kNames, "the transaction may not lock rows",
     "correct the server's default isolation level"},
    {1213, Action::kRetry, kNames, "deadlock with another transaction", kWait},
    {1216, Action::kRecord, kNames, "a foreign key forbids the row", kMendRow},
    {1217, Action::kRecord, kNames, "a foreign key forbids the change", kMendRow},
    {1223, Action::kRetry, kNames, "a read lock on the whole server", kUnlock},
    {1226, Action::kRetry, kNames, "the user has used up a resource limit", "raise the user's limits"},
    {1227, Action::kAuth, kNames, "the user lacks a privilege", kGrant},
    {1231, Action::kConfig, kNames, "the server refuses a setting that the sink needs", kUpgrade},
    {1235, Action::kConfig, kNames, "the server does not support the statement", kUpgrade},
    {1243, Action::kRetry, kNames, "the server forgot the prepared statement", kWait},
    {1251, Action::kConfig, kNames, "the server's way of logging in is not supported", kPlugin},
    {1263, Action::kRecord, kNames, "null in a column that must have a value", kMendRow},
    {1264, Action::kRecord, kNames, "value out of the column's range", kMendRow},
    {1265, Action::kRecord, kNames, "value does not fit the column and would be changed", kMendRow},
    {1273, Action::kConfig, kNames, "the server lacks a collation", kUpgrade},
    {1275, Action::kConfig, kNames, "the server's way of logging in is not supported", kPlugin},
    {1288, Action::kConfig, kNames, "the table cannot be written", "write to a base table"},
    {1290, Action::kRetry, kNames, "the server is read-only", kWritable},
    {1292, Action::kRecord, kValues, "value is not valid for the column's type", kMendRow},
    {1296, Action::kRetry, kNames, "the storage engine failed", kDisk},
    {1297, Action::kRetry, kNames, "the storage engine failed for a moment", kWait},
    {1299, Action::kRecord, kNames, "value is not valid for the column's type", kMendRow},
    {1300, Action::kRecord, kValues, "text is not valid UTF-8", kMendRow},
    {1305, Action::kConfig, kNames, "a trigger of the table calls a function that is not there", kTrigger},
    {1317, Action::kRetry, kNames, "the statement was interrupted on the server", kWait},
    {1356, Action::kConfig, kNames, "the view is not valid", "write to a base table"},
    {1364, Action::kConfig, kNames, "a column without default gets no value",
     "give the column a default, or let it be null"},
    {1365, Action::kRecord, kNames, "division by zero", kMendRow},
    {1366, Action::kRecord, kValues, "value is not valid for the column's type", kMendRow},
    {1367, Action::kRecord, kValues, "illegal value", kMendRow},
    {1370, Action::kAuth, kNames, "the user lacks a privilege on a routine", kGrant},
    {1406, Action::kRecord, kNames, "value too long for the column",
     "shorten it, widen the column, or set truncate: warn"},
    {1411, Action::kRecord, kValues, "value is not valid for the column's type", kMendRow},
    {1412, Action::kRetry, kNames, "the table was altered meanwhile", kWait},
    {1416, Action::kRecord, kNames, "not a geometry value", kMendRow},
    {1442, Action::kConfig, kNames, "a trigger changes its own table", kTrigger},
    {1449, Action::kConfig, kNames, "the owner of a trigger or view is not there", kTrigger},
    {1451, Action::kRecord, kNames, "a foreign key forbids the change", kMendRow},
    {1452, Action::kRecord, kNames, "a foreign key has no row to point to", "write the row that it points to first"},
    {1461, Action::kRetry, kNames, "the server has too many prepared statements",
     "raise max_prepared_stmt_count, or set write.method: multi-row"},
    {1471, Action::kConfig, kNames, "the table cannot be written", "write to a base table"},
    {1526, Action::kRecord, kValues, "the table has no partition for the value",
     "add a partition, or correct the value"},
    {1534, Action::kRetry, kNames, "the server could not write its binary log", kDisk},
    {1586, Action::kRecord, kValues, "duplicate key", kDuplicate},
    {1598, Action::kRetry, kNames, "the server could not write its binary log", kDisk},
    {1615, Action::kRetry, kNames, "the statement has to be prepared again", kWait},
    {1637, Action::kRetry, kNames, "the server has too many transactions", kWait},
    {1644, Action::kRecord, kValues, "a trigger of the table refused the row", kMendRow},
    {1665, Action::kConfig, kNames, "the server's binary log cannot take the transaction",
     "set binlog_format=ROW or MIXED on the server"},
    {1690, Action::kRecord, kValues, "value out of range", kMendRow},
    {1698, Action::kAuth, kNames, "user refused", kLogin},
    {1705, Action::kConfig, kNames, "the statement is larger than max_binlog_stmt_cache_size",
     "lower batch.size, or raise max_binlog_stmt_cache_size"},
    {1712, Action::kRetry, kNames, "an index of the table is damaged", kRepair},
    {1713, Action::kRecord, kNames, "the row is too large for the undo log", kMendRow},
    {1748, Action::kRecord, kNames, "the row belongs to no partition", "add a partition, or correct the value"},
    {1761, Action::kRecord, kValues, "a foreign key would make a duplicate key", kMendRow},
    {1762, Action::kRecord, kValues, "a foreign key would make a duplicate key", kMendRow},
    {1785, Action::kConfig, kNames, "the table is not transactional", "use InnoDB"},
    {1792, Action::kRetry, kNames, "the server is read-only", kWritable},
    {1812, Action::kRetry, kNames, "the table's file is missing", kRepair},
    {1814, Action::kRetry, kNames, "the table's file was discarded", kRepair},
    {1817, Action::kRetry, kNames, "an index of the table is damaged", kRepair},
    {1820, Action::kAuth, kNames, "the password has expired", kPassword},
    {1836, Action::kRetry, kNames, "the server is read-only", kWritable},
    {1859, Action::kRecord, kNames, "duplicate key", kDuplicate},
    {1862, Action::kAuth, kNames, "the password has expired", kPassword},
    {1873, Action::kAuth, kNames, "user or password refused", kLogin},
    {1874, Action::kRetry, kNames, "the server is read-only", kWritable},
    {1877, Action::kRetry, kNames, "the table is damaged", kRepair},
    {1906, Action::kConfig, kNames, "a generated column cannot be written", "leave the column out"},
    {1916, Action::kRecord, kValues, "value out of range", kMendRow},
    {1917, Action::kRecord, kValues, "value does not fit the column and would be changed", kMendRow},
    {1927, Action::kRetry, kNames, "the connection was killed", kWait},
    {1964, Action::kRetry, kNames, "COMMIT failed on the server after that of an earlier transaction", kWait},
    {1969, Action::kRetry, kNames, "the statement took longer than the server allows", "raise max_statement_time"},
    {1977, Action::kRecord, kValues, "the column's character set lacks a character", kMendRow},
    {2001, Action::kRetry, kNames, "cannot make a socket", kLimits},
    {2002, Action::kRetry, kNames, "cannot connect to the server", kReach},
    {2003, Action::kRetry, kNames, "cannot connect to the server", kReach},
    {2004, Action::kRetry, kNames, "cannot make a socket", kLimits},
    {2005, Action::kRetry, kNames, "the host's name is not known",
     "correct connection.url, or look at the name service"},
    {2006, Action::kRetry, kNames, "the connection is gone", kWait},
    {2007, Action::kConfig, kNames, "the server speaks another protocol", kUpgrade},
    {2008, Action::kRetry, kNames, "out of memory", kLimits},
    {2012, Action::kRetry, kNames, "the handshake failed", kWait},
    {2013, Action::kRetry, kNames, "the connection was lost or timed out during a statement", kWait},
    {2014, Action::kRetry, kNames, "the connection is out of step", kWait},
    {2019, Action::kFatal, kNames, "the client library lacks utf8mb4", "install libmariadb anew"},
    {2020, Action::kConfig, kNames, "larger than the client library allows", "lower batch.size"},
    {2026, Action::kConfig, kNames, "TLS failed",
     "correct connection.ssl.mode and connection.ssl.ca, or the server's certificate"},
    {2027, Action::kRetry, kNames, "the server sent a malformed packet", kWait},
    {2030, Action::kFatal, kNames, "the statement was not prepared", kReport},
    {2031, Action::kFatal, kNames, "a parameter of the statement was not bound", kReport},
    {2034, Action::kFatal, kNames, "wrong number of a parameter", kReport},
    {2036, Action::kFatal, kNames, "a parameter of a type that the client library does not know", kReport},
    {2047, Action::kConfig, kNames, "wrong protocol", "correct connection.url"},
    {2048, Action::kRetry, kNames, "the connection is gone", kWait},
    {2049, Action::kConfig, kNames, "the server's way of logging in is not supported", kPlugin},
    {2054, Action::kConfig, kNames, "the client library cannot do this", kUpgrade},
    {2055, Action::kRetry, kNames, "the connection was lost", kWait},
    {2056, Action::kRetry, kNames, "the statement was closed with its connection", kWait},
    {2058, Action::kFatal, kNames, "the connection is open already", kReport},
    {2059, Action::kConfig, kNames, "the login plugin could not be loaded", kPlugin},
    {2061, Action::kAuth, kNames, "the login failed", kLogin},
    {3015, Action::kRetry, kNames, "the server is out of memory", kMemory},
    {3019, Action::kRetry, kNames, "the server's undo log is full", kSpace},
    {3024, Action::kRetry, kNames, "the statement took longer than the server allows", "raise max_execution_time"},
    {3032, Action::kRetry, kNames, "the server is in offline mode", kWait},
    {3069, Action::kRecord, kValues, "not valid JSON", kMendRow},
    {3098, Action::kConfig, kNames, "the table does not suit group replication", "give it a primary key and InnoDB"},
    {3100, Action::kRetry, kNames, "group replication stopped the transaction", kWait},
    {3101, Action::kRetry, kNames, "group replication rolled the transaction back", kWait},
    {3105, Action::kConfig, kNames, "a generated column cannot be written", "leave the column out"},
    {3118, Action::kAuth, kNames, "the account is locked", kUnlockUser},
    {3140, Action::kRecord, kValues, "not valid JSON", kMendRow},
    {3141, Action::kRecord, kValues, "not valid JSON", kMendRow},
    {3150, Action::kRecord, kNames, "JSON value too large", kMendRow},
    {3151, Action::kRecord, kNames, "JSON with a key that is too long", kMendRow},
    {3156, Action::kRecord, kValues, "JSON value does not fit the column", kMendRow},
    {3157, Action::kRecord, kNames, "JSON nested too deep", kMendRow},
    {3159, Action::kConfig, kNames, "the server takes encrypted connections only",
     "set connection.ssl.mode: required or verify-full"},
    {3168, Action::kRetry, kNames, "the server is not ready", kWait},
    {3169, Action::kRetry, kNames, "the connection was killed", kWait},
    {3170, Action::kRetry, kNames, "the server is out of memory", kMemory},
    {3572, Action::kRetry, kNames, "another transaction holds a lock", kWait},
    {3643, Action::kRecord, kNames, "geometry of another reference system", kMendRow},
    {3675, Action::kRetry, kNames, "the server's disk is full", kSpace},
    {3750, Action::kConfig, kNames, "the server wants a primary key", "set pk.fields"},
    {3781, Action::kRetry, kNames, "the cluster is changing its primary", kWait},
    {3782, Action::kRetry, kNames, "the cluster is changing its primary", kWait},
    {3819, Action::kRecord, kNames, "a check constraint forbids the row", kMendRow},
    {3854, Action::kRecord, kValues, "the column's character set lacks a character", kMendRow},
    {3879, Action::kAuth, kNames, "access to the database is denied", kGrant},
    {3903, Action::kRecord, kNames, "JSON value does not fit an index", kMendRow},
    {3904, Action::kRecord, kNames, "JSON value does not fit an index", kMendRow},
    {3906, Action::kRecord, kNames, "JSON value does not fit an index", kMendRow},
    {3907, Action::kRecord, kNames, "value too long for an index", kMendRow},
    {3955, Action::kAuth, kNames, "the account is blocked after wrong passwords", kUnlockUser},
    {3985, Action::kRetry, kNames, "the server cannot take more locks", kMemory},
    {3989, Action::kRetry, kNames, "the database is read-only", kWritable},
    {4025, Action::kRecord, kNames, "a check constraint forbids the row", kMendRow},
    {4031, Action::kRetry, kNames, "the server closed the idle connection", kWait},
    {4033, Action::kConfig, kNames, "the server's binary log takes no bulk statements",
     "set binlog_format=ROW on the server, or write.method: multi-row"},
    {4081, Action::kRetry, kNames, "the server closed the connection, which used too much memory", kMemory},
    {4082, Action::kRetry, kNames, "the server closed the connection, which used too much memory", kMemory},
    {4094, Action::kRetry, kNames, "the cluster is changing its primary", kWait},
    {4139, Action::kRetry, kNames, "the table is full", kSpace},
    {4150, Action::kAuth, kNames, "the user is blocked after wrong passwords", kUnlockUser},
    {4151, Action::kAuth, kNames, "the account is locked", kUnlockUser},
    {5003, Action::kConfig, kNames, "the server cannot do this", kUpgrade},
    {5010, Action::kConfig, kNames, "the login plugin is not allowed", kPlugin},
    {5012, Action::kConfig, kNames, "the login plugin could not be loaded", kPlugin},
    {5013, Action::kRetry, kNames, "the connection was lost", kWait},
    {5014, Action::kRetry, kNames, "the connection was lost", kWait},
    {9001, Action::kRetry, kNames, "the proxy before the server reaches none",
     "start the server, or correct the proxy"},
};
static_assert(std::is_sorted(std::begin(kRules), std::end(kRules),
                             [](const ErrorRule& a, const ErrorRule& b) { return a.code < b.code; }));

// Numbers 1 to 999 are the same for server and client programs: files, memory, threads of the server's machine.
constexpr ErrorRule kMachine = {0, Action::kRetry, kNames, "the server's machine failed", kDisk};
// After 2000 to 2999, the client library's, the state of the connection is unknown: it is replaced.
constexpr ErrorRule kClient = {0, Action::kRetry, kNames, "the connection failed", kWait};
constexpr ErrorRule kUnknown = {0, Action::kFatal, kValues,
                                "an error that this version of the sink does not know, so it is neither tried for ever "
                                "nor taken for a bad record",
                                "mend its cause and restart the connector; report the number"};

// The first two characters of an SQLSTATE, where they say enough.
struct ClassRule {
  std::string_view sqlstate_class;
  ErrorRule rule;
};
constexpr ClassRule kClasses[] = {
    {"08", {0, Action::kRetry, kNames, "the connection failed", kWait}},
    {"21", {0, Action::kConfig, kNames, "the number of columns differs from the table's", kTable}},
    {"22", {0, Action::kRecord, kValues, "a value does not fit", kMendRow}},
    {"23", {0, Action::kRecord, kValues, "a constraint forbids the row", kMendRow}},
    {"28", {0, Action::kAuth, kNames, "the login failed", kLogin}},
    {"3D", {0, Action::kConfig, kNames, "no such database", kReach}},
    {"40", {0, Action::kRetry, kNames, "the server rolled the transaction back", kWait}},
    {"42", {0, Action::kConfig, kValues, "the statement does not suit the database", kTable}},
    {"45", {0, Action::kRecord, kValues, "a trigger of the table refused the row", kMendRow}},
    {"70", {0, Action::kRetry, kNames, "the statement was interrupted on the server", kWait}},
};

}  // namespace

const ErrorRule* find_rule(unsigned code) {
  const auto* at = std::lower_bound(std::begin(kRules), std::end(kRules), code,
                                    [](const ErrorRule& rule, unsigned wanted) { return rule.code < wanted; });
  return at != std::end(kRules) && at->code == code ? at : nullptr;
}

const ErrorRule& rule_for(unsigned code, std::string_view sqlstate) {
  if (const ErrorRule* rule = find_rule(code)) return *rule;
  if (code > 0 && code < 1000) return kMachine;
  if (code >= 2000 && code < 3000) return kClient;
  for (const auto& known : kClasses)
    if (sqlstate.substr(0, 2) == known.sqlstate_class) return known.rule;
  return kUnknown;
}

std::span<const ErrorRule> all_rules() { return kRules; }

}  // namespace cnx::mysql
