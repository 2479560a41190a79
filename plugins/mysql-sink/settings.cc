// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <algorithm>
#include <charconv>

#include "table_info.h"

namespace cnx::mysql {
namespace {

constexpr std::string_view kTopic = "${topic}";

Error bad_url(std::string_view why) {
  // The URL itself is not shown: somebody may have put a password into it.
  return config_error("connection.url: " + std::string(why) +
                      "; it must look like mysql://host:port/database or mysql://localhost/database?socket=/path");
}

unsigned seconds(const Config& config, std::string_view key) {
  return static_cast<unsigned>((config.integer(key) + 999) / 1000);
}

Status parse_authority(std::string_view authority, ConnectionOptions& options) {
  if (authority.find('@') != std::string_view::npos)
    return bad_url("user and password do not belong into it (connection.user, connection.password)");
  if (authority.starts_with('[')) {  // IPv6
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return bad_url("']' is missing");
    options.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
  } else {
    const auto colon = authority.find(':');
    options.host = authority.substr(0, colon);
    authority = colon == std::string_view::npos ? std::string_view{} : authority.substr(colon);
  }
  if (options.host.empty()) return bad_url("the host is missing");
  if (authority.empty()) return {};
  const auto digits = authority.substr(1);
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), options.port);
  if (authority.front() != ':' || ec != std::errc() || end != digits.data() + digits.size() || options.port == 0 ||
      options.port > 65535)
    return bad_url("the port is not a number from 1 to 65535");
  return {};
}

void validate_tls(const Config& config, Findings& findings) {
  const std::string mode = config.text("connection.ssl.mode");
  if (mode == "verify-ca" && !config.has("connection.ssl.ca"))
    findings.error("connection.ssl.ca", "is missing, and connection.ssl.mode is verify-ca",
                   "name the PEM file of the CA that signed the server's certificate");
  if (config.has("connection.ssl.ca") && !mode.starts_with("verify-"))
    findings.error(
        "connection.ssl.ca",
        "it is set, but connection.ssl.mode is " + mode + ", which does not look at the server's certificate",
        "set connection.ssl.mode: verify-full (or verify-ca)");
  for (const auto& [key, other] : {std::pair{"connection.ssl.cert", "connection.ssl.key"},
                                   std::pair{"connection.ssl.key", "connection.ssl.cert"}}) {
    if (!config.has(key)) continue;
    if (mode == "disabled")
      findings.error(key, "it is set, but connection.ssl.mode is disabled", "set connection.ssl.mode: verify-full");
    if (!config.has(other))
      findings.error(key, std::string("it is set without ") + other, std::string("set ") + other + ", too");
  }
}

}  // namespace

Status parse_url(std::string_view url, ConnectionOptions& options) {
  std::string_view rest = url;
  bool known = false;
  for (const std::string_view scheme : {"mysql://", "mariadb://", "jdbc:mysql://", "jdbc:mariadb://"})
    if (rest.starts_with(scheme)) {
      rest.remove_prefix(scheme.size());
      known = true;
      break;
    }
  if (!known) return bad_url("it does not begin with mysql://");
  const auto query_at = rest.find('?');
  const std::string_view query = query_at == std::string_view::npos ? std::string_view{} : rest.substr(query_at + 1);
  rest = rest.substr(0, query_at);
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos || slash + 1 == rest.size()) return bad_url("the database is missing");
  options.database = rest.substr(slash + 1);
  if (options.database.find('/') != std::string::npos) return bad_url("there is a '/' after the database");
  if (query.starts_with("socket=") && query.find('&') == std::string_view::npos)
    options.socket = query.substr(7);
  else if (query_at != std::string_view::npos)
    return bad_url("the only parameter it takes is socket=/path");
  return parse_authority(rest.substr(0, slash), options);
}

Result<Settings> Settings::from(const Config& config) {
  Settings made;
  CNX_TRY(parse_url(config.text("connection.url"), made.connection));
  made.connection.user = config.text("connection.user");
  made.connection.password = config.text("connection.password");
  const std::string tls = config.text("connection.ssl.mode");
  made.connection.tls = tls == "verify-full" ? TlsMode::kVerifyFull
                        : tls == "verify-ca" ? TlsMode::kVerifyCa
                        : tls == "required"  ? TlsMode::kRequired
                                             : TlsMode::kDisabled;
  made.connection.tls_ca = config.text("connection.ssl.ca");
  made.connection.tls_certificate = config.text("connection.ssl.cert");
  made.connection.tls_key = config.text("connection.ssl.key");
  made.connection.connect_timeout_s = seconds(config, "connection.connect.timeout.ms");
  made.connection.read_timeout_s = seconds(config, "connection.read.timeout.ms");
  made.connection.write_timeout_s = seconds(config, "connection.write.timeout.ms");
  made.table_format = config.text("table.name.format");
  made.insert_mode = config.text("insert.mode") == "insert" ? InsertMode::kInsert : InsertMode::kUpsert;
  made.key_fields = config.list("pk.fields");
  made.truncate = config.text("truncate") == "warn";
  made.auto_create = config.boolean("auto.create");
  made.auto_evolve = config.boolean("auto.evolve");
  const std::string method = config.text("write.method");
  made.write_method = method == "bulk"        ? WriteMethod::kBulk
                      : method == "multi-row" ? WriteMethod::kMultiRow
                                              : WriteMethod::kAuto;
  return made;
}

void Settings::validate(const Config& config, Findings& findings) {
  ConnectionOptions ignored;
  if (const Status url = parse_url(config.text("connection.url"), ignored); !url.ok())
    findings.error("connection.url", url.error().message);
  const auto keys = config.list("pk.fields");
  if (keys.empty() && config.text("insert.mode") != "insert")
    findings.error("pk.fields", "insert.mode=upsert needs the columns of the key",
                   "set pk.fields, e.g. pk.fields: purchaseOrderId,lineNumber, or insert.mode: insert");
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (std::any_of(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](const std::string& earlier) { return same_name(earlier, keys[i]); }))
      findings.error("pk.fields", "'" + keys[i] + "' stands twice", "name each column once");
  const std::string format = config.text("table.name.format");
  if (format.empty()) findings.error("table.name.format", "it is empty", "name a table, or leave the key out");
  if (format.starts_with('.') || format.ends_with('.'))
    findings.error("table.name.format", "beside its dot stands no name", "write 'table' or 'database.table'");
  std::string without_topic = format;
  if (const auto at = without_topic.find(kTopic); at != std::string::npos) without_topic.erase(at, kTopic.size());
  if (without_topic.find("${") != std::string::npos)
    findings.error("table.name.format", "the only placeholder it knows is ${topic}, once", "correct the placeholder");
  validate_tls(config, findings);
}

bool Settings::is_key(std::string_view column) const {
  return std::any_of(key_fields.begin(), key_fields.end(),
                     [&](const std::string& field) { return same_name(field, column); });
}

bool Settings::table_follows_topic() const { return table_format.find(kTopic) != std::string::npos; }

Result<TableName> Settings::table_for(std::string_view target, std::string_view topic) const {
  if (!target.empty()) return TableName::parse(target, connection.database);
  const auto at = table_format.find(kTopic);
  if (at == std::string::npos) return TableName::parse(table_format, connection.database);
  if (topic.empty())
    return config_error(
        "table.name.format: ${topic} cannot be resolved, since the rows are not of one known topic; name a "
        "table instead");
  // A topic's dots are part of the table's name; only a dot of the format separates a database.
  const std::string_view format = table_format;
  const auto dot = format.find('.');
  std::string database = connection.database;
  std::string table = table_format;
  if (dot != std::string_view::npos && (dot < at || dot >= at + kTopic.size())) {
    database = format.substr(0, dot);
    table = format.substr(dot + 1);
  }
  for (std::string* part : {&database, &table})
    if (const auto place = part->find(kTopic); place != std::string::npos) part->replace(place, kTopic.size(), topic);
  return TableName{database, table};
}

}  // namespace cnx::mysql
