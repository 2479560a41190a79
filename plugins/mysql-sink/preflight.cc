// SPDX-License-Identifier: Apache-2.0
#include "preflight.h"

#include "ddl.h"
#include "mark_store.h"
#include "offset_store.h"
#include "planner.h"
#include "session.h"
#include "table_check.h"

namespace cnx::mysql {
namespace {

constexpr unsigned kUnknownDatabase = 1049;

// One look at one server.
class Preflight {
 public:
  Preflight(const Settings& settings, Findings& findings)
      : settings_(settings), findings_(findings), database_(settings.connection.database) {}

  Status check(std::span<const BatchView> shapes) {
    CNX_ASSIGN(const bool connected, connect());
    if (!connected) return {};
    CNX_TRY(check_own(OffsetStore::kTable, &offset_statements));
    CNX_TRY(check_own(MarkStore::kTable, &mark_statements));
    return for_each_table(shapes, [&](const Shape& shape, const TableName& name) { return check_table(shape, name); });
  }

  Status init(std::span<const BatchView> shapes) {
    CNX_TRY(make_database());
    CNX_ASSIGN(const bool connected, connect());
    if (!connected) return {};
    const TableName offsets{database_, std::string(OffsetStore::kTable)};
    const TableName marks{database_, std::string(MarkStore::kTable)};
    CNX_TRY(make_table(offsets, offsets_table_ddl(offsets)));
    CNX_TRY(make_table(marks, marks_table_ddl(marks)));
    return for_each_table(shapes, [&](const Shape& shape, const TableName& name) { return init_table(shape, name); });
  }

 private:
  // False: a finding says why not. An error: passing fault.
  Result<bool> connect() {
    auto opened = open_session(settings_.connection, cancel_, server_);
    if (!opened.ok()) {
      if (opened.error().action == Action::kRetry) return std::move(opened).error();
      findings_.error(settings_.connection.address(), opened.error().message);
      return false;
    }
    connection_ = std::move(opened).value();
    const char* cipher = mysql_get_ssl_cipher(connection_->native());
    findings_.ok(settings_.connection.address(),
                 server_.version + ", user " + settings_.connection.user + ", " +
                     (cipher ? std::string("TLS ") + cipher : std::string("no TLS")) + ", writes by " +
                     (server_.has_bulk && settings_.write_method != WriteMethod::kMultiRow ? "bulk" : "multi-row") +
                     " statements");
    if (settings_.write_method == WriteMethod::kBulk && !server_.has_bulk)
      findings_.error("write.method", "bulk is asked for, but the server has no bulk statements",
                      "set write.method: auto");
    return true;
  }

  Status make_database() {
    ConnectionOptions options = settings_.connection;
    if (const auto opened = Connection::open(options, cancel_); opened.ok()) {
      findings_.ok("database " + quote_name(database_), "exists");
      return {};
    } else if (opened.error().native_code != kUnknownDatabase) {
      return {};  // connect() tells of it
    }
    options.database.clear();
    CNX_ASSIGN(const auto connection, Connection::open(options, cancel_));
    CNX_TRY(connection->execute(database_ddl(database_), "creating database " + quote_name(database_)));
    findings_.ok("database " + quote_name(database_), "created");
    return {};
  }

  Status make_table(const TableName& name, const std::string& ddl) {
    CNX_ASSIGN(const std::optional<TableInfo> table, read_table(*connection_, name));
    if (!table) CNX_TRY(connection_->execute(ddl, "creating table " + name.quoted()));
    findings_.ok("table " + name.quoted(), table ? "exists" : "created");
    return {};
  }

  Status init_table(const Shape& shape, const TableName& name) {
    if (shape.columns.empty()) return {};
    const auto ddl = table_ddl(name, shape, settings_.key_fields);
    if (!ddl.ok()) {
      findings_.error("table " + name.quoted(), ddl.error().message);
      return {};
    }
    CNX_TRY(make_table(name, *ddl));
    CNX_ASSIGN(const std::optional<TableInfo> table, read_table(*connection_, name));
    if (table) tell(*table, shape);
    return {};
  }

  // A table of the sink itself.
  Status check_own(std::string_view table_name, std::vector<std::string> (*statements)(const TableName&)) {
    const TableName name{database_, std::string(table_name)};
    CNX_ASSIGN(const std::optional<TableInfo> table, read_table(*connection_, name));
    if (!table) {
      findings_.warning("table " + name.quoted(), "does not exist yet; the first start makes it if the user may",
                        "run 'connect-host init' as a user with CREATE");
      return {};
    }
    if (!table->transactional)
      findings_.error("table " + name.quoted(), "its engine " + table->engine + " has no transactions",
                      "ALTER TABLE " + name.quoted() + " ENGINE=InnoDB");
    bool ok = table->transactional;
    for (const auto& sql : statements(name)) ok = try_statement(sql, "table " + name.quoted()) && ok;
    if (ok) findings_.ok("table " + name.quoted(), "exists, may be read and written");
    return {};
  }

  bool try_statement(const std::string& sql, const std::string& object) {
    const Status checked = connection_->check(sql, object);
    if (!checked.ok()) findings_.error(object, checked.error().message);
    return checked.ok();
  }

  Status check_table(const Shape& shape, const TableName& name) {
    CNX_ASSIGN(const std::optional<TableInfo> table, read_table(*connection_, name));
    if (!table) {
      const std::string object = "table " + name.quoted();
      if (const auto ddl = table_ddl(name, shape, settings_.key_fields); !shape.columns.empty() && !ddl.ok())
        findings_.error(object, "does not exist, and cannot be made: " + ddl.error().message);
      else if (settings_.auto_create)
        findings_.warning(object, "does not exist yet; auto.create will make it before the first write");
      else
        findings_.error(object, "does not exist, or the user may not see it",
                        "run 'connect-host init', or set auto.create: true");
      return {};
    }
    if (!tell(*table, shape)) return {};
    if (shape.columns.empty()) return {};
    const auto columns = statement_columns(shape, *table, settings_);
    if (columns.size() != shape.columns.size()) return {};  // auto.evolve has columns to add first
    const Statements statements = make_statements(name, columns, settings_.insert_mode, server_.dialect);
    if (try_statement(statements.insert_bulk, "table " + name.quoted()))
      findings_.ok("table " + name.quoted(),
                   std::to_string(columns.size()) + " columns take the rows; the user may write");
    return {};
  }

  // False: something is wrong with the table.
  bool tell(const TableInfo& table, const Shape& shape) {
    auto problems = check_key(table, settings_);
    if (!shape.columns.empty())
      for (auto& problem : check_columns(shape, table, settings_)) problems.push_back(std::move(problem));
    bool ok = true;
    for (const auto& problem : problems) {
      if (problem.severity == CNX_FINDING_ERROR) {
        ok = false;
        findings_.error(problem.object, problem.message, problem.mend);
      } else {
        findings_.warning(problem.object, problem.message, problem.mend);
      }
    }
    if (ok && settings_.insert_mode == InsertMode::kUpsert)
      findings_.ok("table " + table.name.quoted(), "its only unique key is pk.fields");
    return ok;
  }

  // Calls `visit` per table, and once without columns when the rows are not known but the table is.
  template <class Visit>
  Status for_each_table(std::span<const BatchView> shapes, Visit visit) {
    if (shapes.empty()) {
      const auto name = settings_.table_for({}, {});
      findings_.warning("table.name.format",
                        "the rows' columns are not known here, so they were not compared with a table");
      return name.ok() ? visit(Shape{}, *name) : Status{};
    }
    for (const auto& batch : shapes) {
      const Shape shape = Shape::of(batch);
      const auto name = settings_.table_for(shape.target, {});
      if (name.ok())
        CNX_TRY(visit(shape, *name));
      else
        findings_.warning("table.name.format", "the table depends on the topic and was not looked at",
                          "name a table to have it checked");
    }
    return {};
  }

  const Settings& settings_;
  Findings& findings_;
  const std::string database_;
  CancelSwitch cancel_;
  ServerInfo server_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace

Status check_server(const Settings& settings, std::span<const BatchView> shapes, Findings& findings) {
  return Preflight(settings, findings).check(shapes);
}

Status init_server(const Settings& settings, std::span<const BatchView> shapes, Findings& findings) {
  return Preflight(settings, findings).init(shapes);
}

}  // namespace cnx::mysql
