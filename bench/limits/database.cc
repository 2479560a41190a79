// SPDX-License-Identifier: Apache-2.0
//
// cnx-bench-database: how fast the database takes ready-made rows from memory in transactions of the sink's shape:
// guards, rows, COMMIT. One connection a thread. Batches are
// of ascending orders, or composed as a consumer of a topic composes them: the limit of a sink that reads this topic.
#include <fmt/format.h>
#include <mysql.h>

#include <CLI/CLI.hpp>
#include <barrier>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "limits/ready_rows.h"
#include "limits/usage.h"

namespace {

using namespace cnx::bench;

struct Arguments {
  std::string host = "127.0.0.1", user, password, database, table = "walmart_order";
  unsigned port = 3306;
  std::uint32_t connections = 1;
  std::uint32_t batch = 1000;
  std::uint64_t orders = 200'000;
  std::uint32_t version = 0;
  bool text = false, keep = false;
  TopicSource topic;
  pid_t server_pid = 0;
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "cnx-bench-database: %s\n", what.c_str());
  std::exit(1);
}

/// A connection with its statements; every error ends the process.
class Client {
 public:
  Client(const Arguments& arguments, const ReadyRows& rows) : text_(arguments.text) {
    handle_ = mysql_init(nullptr);
    const unsigned protocol = MYSQL_PROTOCOL_TCP;
    mysql_options(handle_, MYSQL_OPT_PROTOCOL, &protocol);
    mysql_options(handle_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (mysql_real_connect(handle_, arguments.host.c_str(), arguments.user.c_str(), arguments.password.c_str(),
                           arguments.database.c_str(), arguments.port, nullptr, CLIENT_FOUND_ROWS) == nullptr)
      fail(mysql_error(handle_));
    execute("SET SESSION time_zone='+00:00', SESSION sql_mode='STRICT_ALL_TABLES'");
    execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    make_statements(arguments, rows);
  }
  Client(const Client&) = delete;
  ~Client() {
    if (statement_ != nullptr) mysql_stmt_close(statement_);
    mysql_close(handle_);
  }

  void execute(const std::string& sql) {
    if (mysql_real_query(handle_, sql.data(), sql.size()) != 0) fail(mysql_error(handle_));
  }

  void write(const ReadyBatch& batch) {
    for (const std::int32_t partition : batch.partitions) guard(partition);
    if (batch.rows > 0) text_ ? write_text(batch) : write_bulk(batch);
    execute("COMMIT");
  }

 private:
  void guard(std::int32_t partition) {
    execute(
        fmt::format("UPDATE bench_offsets SET next_offset=next_offset+1, updated_at=UTC_TIMESTAMP() WHERE "
                    "connector='bench' AND topic='bench' AND `partition`={} AND epoch=1 AND owner='bench'",
                    partition));
    if (mysql_affected_rows(handle_) != 1) fail("the guard found no row");
  }

  void make_statements(const Arguments& arguments, const ReadyRows& rows) {
    std::string names, places, updates;
    for (const std::string& name : rows.names) {
      names += "`" + name + "`,";
      places += "?,";
      if (name != "purchaseOrderId" && name != "lineNumber") updates += fmt::format("`{0}`=VALUES(`{0}`),", name);
    }
    head_ = fmt::format("INSERT INTO `{}` ({}`{}`) VALUES ", arguments.table, names, rows.write_time);
    tail_ = fmt::format(" ON DUPLICATE KEY UPDATE {}`{}`=UTC_TIMESTAMP()", updates, rows.write_time);
    if (text_) return;
    statement_ = mysql_stmt_init(handle_);
    const std::string bulk = head_ + "(" + places + "UTC_TIMESTAMP())" + tail_;
    if (mysql_stmt_prepare(statement_, bulk.data(), bulk.size()) != 0) fail(mysql_stmt_error(statement_));
  }

  void write_bulk(const ReadyBatch& batch) {
    binds_.assign(batch.columns.size(), {});
    for (std::size_t c = 0; c < binds_.size(); ++c) {
      auto& column = const_cast<ReadyColumn&>(batch.columns[c]);  // the API takes no const
      MYSQL_BIND& bind = binds_[c];
      bind.u.indicator = column.indicators.data();
      bind.buffer_type = column.type;
      if (column.type == MYSQL_TYPE_LONGLONG) {
        bind.buffer = column.integers.data();
      } else if (column.type == MYSQL_TYPE_DATETIME) {
        bind.buffer = column.time_places.data();
      } else {
        bind.buffer = column.texts.data();
        bind.length = column.lengths.data();
      }
    }
    const auto count = static_cast<unsigned>(batch.rows);
    mysql_stmt_attr_set(statement_, STMT_ATTR_ARRAY_SIZE, &count);
    if (mysql_stmt_bind_param(statement_, binds_.data()) != 0 || mysql_stmt_execute(statement_) != 0)
      fail(mysql_stmt_error(statement_));
  }

  void write_text(const ReadyBatch& batch) {
    sql_ = head_;
    for (std::size_t row = 0; row < batch.rows; ++row) {
      sql_ += row == 0 ? "(" : ",(";
      for (const ReadyColumn& column : batch.columns) append_cell(column, row);
      sql_ += "UTC_TIMESTAMP())";
    }
    sql_ += tail_;
    execute(sql_);
  }

  void append_cell(const ReadyColumn& column, std::size_t row) {
    if (column.indicators[row] != STMT_INDICATOR_NONE) {
      sql_ += "NULL,";
    } else if (column.type == MYSQL_TYPE_LONGLONG) {
      fmt::format_to(std::back_inserter(sql_), "{},", column.integers[row]);
    } else {
      sql_ += '\'';
      const std::size_t begin = sql_.size();
      sql_.resize(begin + column.lengths[row] * 2 + 1);
      sql_.resize(begin +
                  mysql_real_escape_string(handle_, sql_.data() + begin, column.texts[row], column.lengths[row]));
      sql_ += "',";
    }
  }

  const bool text_;
  MYSQL* handle_ = nullptr;
  MYSQL_STMT* statement_ = nullptr;
  std::string head_, tail_, sql_;
  std::vector<MYSQL_BIND> binds_;
};

struct Result {
  double rows = 0, seconds = 0, cpu = 0, server_cpu = 0;
};

Result write_all(const Arguments& arguments, const ReadyRows& rows) {
  std::vector<double> cpu(arguments.connections);
  std::vector<std::size_t> written(arguments.connections);
  std::barrier start(arguments.connections + 1);
  std::vector<std::thread> threads;
  for (std::uint32_t c = 0; c < arguments.connections; ++c) {
    threads.emplace_back([&, c] {
      mysql_thread_init();
      {
        Client client(arguments, rows);
        client.execute("SET autocommit=0");  // as the sink does: the first guard begins the transaction
        start.arrive_and_wait();
        const double before = thread_cpu_seconds();
        for (const ReadyBatch& batch : rows.parts[c]) {
          client.write(batch);
          written[c] += batch.rows;
        }
        cpu[c] = thread_cpu_seconds() - before;
      }
      mysql_thread_end();
    });
  }
  start.arrive_and_wait();
  const Stopwatch watch;
  const double server_before = arguments.server_pid > 0 ? process_cpu_seconds(arguments.server_pid) : 0;
  for (std::thread& thread : threads) thread.join();
  Result result;
  result.seconds = watch.seconds();
  if (arguments.server_pid > 0) result.server_cpu = process_cpu_seconds(arguments.server_pid) - server_before;
  for (std::uint32_t c = 0; c < arguments.connections; ++c) {
    result.rows += static_cast<double>(written[c]);
    result.cpu += cpu[c];
  }
  return result;
}

void make_tables(const Arguments& arguments, const ReadyRows& rows) {
  Client client(arguments, rows);
  client.execute("CREATE TABLE IF NOT EXISTS bench_offsets LIKE connect_offsets");
  client.execute("TRUNCATE TABLE bench_offsets");
  if (!arguments.keep) client.execute("TRUNCATE TABLE `" + arguments.table + "`");
  const std::int32_t partitions =
      arguments.topic.topic.empty() ? static_cast<std::int32_t>(arguments.connections) : arguments.topic.partitions;
  for (std::int32_t p = 0; p < partitions; ++p)
    client.execute(
        fmt::format("INSERT INTO bench_offsets SET connector='bench', topic='bench', `partition`={}, next_offset=0, "
                    "epoch=1, owner='bench', group_id=''",
                    p));
}

/// How many partitions a transaction has on average: what its keys, and its guards, are spread over.
double partitions_of_a_batch(const BatchPlan& plan) {
  std::size_t batches = 0, partitions = 0;
  for (const auto& part : plan) {
    batches += part.size();
    for (const PlannedBatch& batch : part) partitions += batch.partitions.size();
  }
  return static_cast<double>(partitions) / static_cast<double>(batches);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Writes ready-made rows.", "cnx-bench-database");
  app.add_option("--host", arguments.host)->capture_default_str();
  app.add_option("--port", arguments.port)->capture_default_str();
  app.add_option("--user", arguments.user)->required();
  app.add_option("--password", arguments.password)->envname("MYSQL_PWD");
  app.add_option("--database", arguments.database, "Has the table")->required();
  app.add_option("--table", arguments.table)->capture_default_str();
  app.add_option("--connections", arguments.connections)->check(CLI::Range(1, 64))->capture_default_str();
  app.add_option("--batch", arguments.batch, "Orders in one transaction")->capture_default_str();
  app.add_option("--orders", arguments.orders)->capture_default_str();
  app.add_flag("--text", arguments.text, "Multi-row statements instead of column-wise bulk binding");
  app.add_option("--version", arguments.version, "Of the orders: another one changes the rows")->capture_default_str();
  app.add_flag("--keep", arguments.keep, "Leave the rows in the table that are there");
  CLI::Option* kafka = app.add_option("--kafka", arguments.topic.servers, "Brokers; needs --topic");
  app.add_option("--topic", arguments.topic.topic,
                 "Batches as a consumer of this topic of generated orders gets them, instead of ascending ones")
      ->needs(kafka);
  app.add_option("--partitions", arguments.topic.partitions, "Of this topic")->capture_default_str();
  app.add_option("--server-pid", arguments.server_pid, "The database's process, to tell its CPU time");
  CLI11_PARSE(app, argc, argv);

  mysql_server_init(0, nullptr, nullptr);
  const BatchPlan plan = arguments.topic.topic.empty()
                             ? ascending_plan(arguments.orders, arguments.batch, arguments.connections)
                             : plan_of_topic(arguments.topic, arguments.batch, arguments.connections);
  const ReadyRows rows = make_ready_rows({.version = arguments.version}, plan);
  make_tables(arguments, rows);
  const Result result = write_all(arguments, rows);
  fmt::print(
      "{{\"connections\":{},\"method\":\"{}\",\"batch_partitions\":{:.2f},\"rows\":{:.0f},\"seconds\":{:.3f},"
      "\"rows_per_s\":{:.0f},\"cpu_s_per_million\":{:.3f},\"database_cpu_s_per_million\":{:.3f}}}\n",
      arguments.connections, arguments.text ? "text" : "bulk", partitions_of_a_batch(plan), result.rows, result.seconds,
      result.rows / result.seconds, result.cpu * 1e6 / result.rows, result.server_cpu * 1e6 / result.rows);
  return 0;
}
