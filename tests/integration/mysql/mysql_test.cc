// SPDX-License-Identifier: Apache-2.0
#include "mysql_test.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace cnx::mysql {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
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
  const std::string query = "SELECT 1 FROM information_schema.innodb_trx WHERE trx_state='LOCK WAIT'" +
                            (connection.empty() ? "" : " AND trx_mysql_thread_id=" + connection);
  CancelSwitch cancel;
  const auto watch = Connection::open(options_, cancel);  // another thread's statement may occupy the test's own
  ASSERT_TRUE(watch.ok()) << watch.error().message;
  for (int looks = 0; looks < 60; ++looks) {
    // The server renews this table only when it was not read for 0.1 s.
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    const auto found = (*watch)->query(query, "test");
    ASSERT_TRUE(found.ok()) << found.error().message;
    if (!found->empty()) return;
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
