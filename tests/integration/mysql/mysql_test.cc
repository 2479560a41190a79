// SPDX-License-Identifier: Apache-2.0
#include "mysql_test.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <regex>
#include <thread>

namespace cnx::mysql {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Ids of the connections whose transactions wait for a lock, of InnoDB's monitor.
std::vector<std::string> threads_in_lock_wait(const std::string& monitor) {
  static const std::regex thread("thread id ([0-9]+)");
  std::vector<std::string> ids;
  const std::string begin = "---TRANSACTION ";
  for (std::size_t at = monitor.find(begin), next = 0; at != std::string::npos; at = next) {
    next = monitor.find(begin, at + 1);
    const std::string transaction = monitor.substr(at, next == std::string::npos ? next : next - at);
    std::smatch id;
    if (transaction.find("LOCK WAIT") != std::string::npos && std::regex_search(transaction, id, thread))
      ids.push_back(id[1]);
  }
  return ids;
}

}  // namespace

void MysqlTest::SetUp() {
  options_.host = environment("CNX_MYSQL_HOST");
  options_.password = environment("CNX_MYSQL_ROOT_PASSWORD");
  const std::string port = environment("CNX_MYSQL_PORT");
  if (options_.host.empty() || port.empty())
    GTEST_SKIP() << "needs a MariaDB: CNX_MYSQL_HOST and CNX_MYSQL_PORT are not set (./dev up prints them)";
  options_.port = static_cast<unsigned>(std::stoul(port));
  options_.user = "root";
  static std::atomic<int> count{0};
  database_ = "cnx_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
  auto opened = Connection::open(options_, cancel_);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  root_ = std::move(opened).value();
  sql("CREATE DATABASE " + database_ + " CHARACTER SET utf8mb4");
  sql("USE " + database_);
}

void MysqlWriteTest::SetUp() {
  MysqlTest::SetUp();
  if (!IsSkipped() && GetParam() == std::string_view("bulk") && !is_mariadb())
    GTEST_SKIP() << "only MariaDB has bulk statements";
}

void MysqlTest::TearDown() {
  if (root_) sql("DROP DATABASE IF EXISTS " + database_);
}

void MysqlTest::sql(const std::string& statement) {
  const Status done = root_->execute(statement, statement);
  ASSERT_TRUE(done.ok()) << done.error().message;
}

std::vector<std::string> MysqlTest::lines(const std::string& query) {
  const auto found = root_->query(query, query);
  EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message);
  std::vector<std::string> texts;
  if (!found.ok()) return texts;
  for (const auto& row : *found) {
    std::string& text = texts.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : "|") + row[i].value_or("NULL");
  }
  return texts;
}

void MysqlTest::wait_for_lock_wait(const std::string& connection) {
  CancelSwitch cancel;
  const auto watch = Connection::open(options_, cancel);  // another thread's statement may occupy the test's own
  ASSERT_TRUE(watch.ok()) << watch.error().message;
  const std::string ours = "SELECT id FROM information_schema.processlist WHERE " +
                           (connection.empty() ? "db='" + database_ + "'" : "id=" + connection);
  for (int looks = 0; looks < 200; ++looks) {
    // Not information_schema.innodb_trx, which is never renewed while several look at it more often than every 0.1 s.
    const auto monitor = (*watch)->query("SHOW ENGINE INNODB STATUS", "test");
    ASSERT_TRUE(monitor.ok()) << monitor.error().message;
    const std::vector<std::string> waiting = threads_in_lock_wait(monitor->at(0).at(2).value_or(""));
    const auto found = (*watch)->query(ours, "test");
    ASSERT_TRUE(found.ok()) << found.error().message;
    for (const auto& row : *found)
      if (std::find(waiting.begin(), waiting.end(), row.at(0)) != waiting.end()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ADD_FAILURE() << "no transaction came to wait for a lock";
}

Pairs MysqlTest::pairs(const Pairs& extra) const {
  Pairs all = extra;
  const auto add = [&](const std::string& name, const std::string& value) {
    for (const auto& [known, ignored] : all)
      if (known == name) return;
    all.emplace_back(name, value);
  };
  add("connection.url", "mysql://" + options_.host + ":" + std::to_string(options_.port) + "/" + database_);
  add("connection.user", options_.user);
  add("connection.password", options_.password);
  add("table.name.format", "t");
  add("pk.fields", "id");
  return all;
}

std::unique_ptr<MysqlSink> MysqlTest::created(const Pairs& extra) {
  auto made = MysqlSink::create(host_.host(), testing::config_of<MysqlSink>(pairs(extra)));
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return std::move(made).value();
}

std::unique_ptr<MysqlSink> MysqlTest::started(const Pairs& extra) {
  auto sink = created(extra);
  const Status status = sink->start();
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
  return sink;
}

cnx_claimant MysqlTest::claimant(std::string_view owner) {
  return {str(owner), str("connect-test"), str("topic-id"), str("cluster-id"), str("0.1.0")};
}

cnx_offset_step MysqlTest::step(std::int64_t epoch, std::int64_t from, std::int64_t to, std::int32_t partition) {
  return {str(kTopic), partition, 0, epoch, from, to, to - 1, 1'700'000'000'000};
}

std::int64_t MysqlTest::claim(MysqlSink& sink, std::string_view owner) {
  std::vector<cnx_offset_row> rows(1);
  rows[0].topic = str(kTopic);
  const Status claimed = sink.claim(claimant(owner), rows);
  EXPECT_TRUE(claimed.ok()) << (claimed.ok() ? "" : claimed.error().message);
  return rows[0].epoch;
}

Status MysqlTest::write(MysqlSink& sink, const Rows& rows, CollectedRejects& rejects) {
  std::vector<cnx_offset_row> claimed(1);
  claimed[0].topic = str(kTopic);
  CNX_TRY(sink.claim(claimant(), claimed));
  CNX_TRY(sink.prepare(rows.view()));
  const std::vector<cnx_offset_step> steps = {
      step(claimed[0].epoch, claimed[0].next_offset, claimed[0].next_offset + 1)};
  CNX_TRY(sink.begin(claimant(), steps));
  Status written = sink.write(rows.view(), Selection(rows.raw(), {}), rejects.sink());
  if (!written.ok()) {
    sink.abort();
    return written;
  }
  bool unknown = false;
  return sink.commit(unknown);
}

Status MysqlTest::write(MysqlSink& sink, const Rows& rows) {
  CollectedRejects rejects;
  return write(sink, rows, rejects);
}

}  // namespace cnx::mysql
