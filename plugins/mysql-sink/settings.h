// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cnx/config.hpp"
#include "cnx/result.hpp"
#include "connection.h"
#include "statements.h"

namespace cnx::mysql {

enum class WriteMethod { kAuto, kBulk, kMultiRow };

/// The sink's config table; names are those of Kafka Connect's JDBC sink where it has them.
inline constexpr Key kSettingKeys[] = {
    Key::string(
        "connection.url",
        "Server and database: mysql://host:port/database, or mysql://localhost/database?socket=/path/to/socket. "
        "connect_offsets, the table of Kafka positions, lives in this database.")
        .required(),
    Key::string("connection.user", "User of the database.").required(),
    Key::string("connection.password", "The user's password; none when it is left out.").secret(),
    Key::string(
        "connection.ssl.mode",
        "disabled: plain text. required: TLS, or no connection, but whoever answers is taken for the server. "
        "verify-ca: TLS, and the server's certificate must be signed by a CA of connection.ssl.ca. verify-full: and it "
        "must be made for the host name of connection.url.")
        .with_default("disabled")
        .allow("disabled,required,verify-ca,verify-full"),
    Key::string("connection.ssl.ca",
                "PEM file with the CAs that sign the server's certificate; verify-full without it takes the system's."),
    Key::string("connection.ssl.cert",
                "PEM file with this client's certificate, for users that the server asks for one (REQUIRE X509)."),
    Key::string("connection.ssl.key", "PEM file with the private key of connection.ssl.cert."),
    Key::integer("connection.connect.timeout.ms", "How long to wait for a connection; rounded up to whole seconds.")
        .with_default("5000")
        .with_unit("ms")
        .range(1000, 600000),
    Key::integer(
        "connection.read.timeout.ms",
        "How long to wait for the server's answer; rounded up to whole seconds. Must be longer than the wait for "
        "locks, 10 s.")
        .with_default("60000")
        .with_unit("ms")
        .range(15000, 3600000),
    Key::integer("connection.write.timeout.ms", "How long a send may be stuck; rounded up to whole seconds.")
        .with_default("60000")
        .with_unit("ms")
        .range(1000, 3600000),
    Key::string("table.name.format",
                "Table to write to when the rows do not name one: 'table' or 'database.table'; ${topic} stands for the "
                "records' topic, as long as the task reads only one.")
        .with_default("${topic}"),
    Key::string(
        "insert.mode",
        "upsert: a row replaces the one with the same pk.fields, which must be the table's only unique key. insert: "
        "rows are added; a duplicate key is an error of the record.")
        .with_default("upsert")
        .allow("upsert,insert"),
    Key::list("pk.fields",
              "Columns of the key. Needed for upsert and for deletes; rows of a batch are written in its order."),
    Key::string(
        "truncate",
        "What to do with a text longer than its column: none: the record is an error. warn: cut it, count it, log it; "
        "never a key, never anything but text.")
        .with_default("none")
        .allow("none,warn"),
    Key::boolean("auto.create", "Create a missing table from the rows' columns.").with_default("false"),
    Key::boolean("auto.evolve", "Add missing columns, as columns that may be null.").with_default("false"),
    Key::string(
        "write.method",
        "bulk: column-wise bulk statements (MariaDB). multi-row: INSERT with many rows as text. auto: bulk where the "
        "server has it.")
        .with_default("auto")
        .allow("auto,bulk,multi-row"),
};

/// The config of one sink, read.
struct Settings {
  ConnectionOptions connection;
  std::string table_format;
  InsertMode insert_mode = InsertMode::kUpsert;
  std::vector<std::string> key_fields;
  bool truncate = false;
  bool auto_create = false;
  bool auto_evolve = false;
  WriteMethod write_method = WriteMethod::kAuto;

  [[nodiscard]] static Result<Settings> from(const Config& config);
  /// Rules that one key alone cannot express; an error finding per broken one.
  static void validate(const Config& config, Findings& findings);
  /// Whether pk.fields names the column.
  [[nodiscard]] bool is_key(std::string_view column) const;
  /// Whether rows of different topics may belong to different tables.
  [[nodiscard]] bool table_follows_topic() const;
  /// The table of rows with that target ("" = none) and topic ("" = not known): an error when it cannot be told.
  [[nodiscard]] Result<TableName> table_for(std::string_view target, std::string_view topic) const;
};

/// Reads host, port, socket and database of a connection.url into `options`.
[[nodiscard]] Status parse_url(std::string_view url, ConnectionOptions& options);

}  // namespace cnx::mysql
