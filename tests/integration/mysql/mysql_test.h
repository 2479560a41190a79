// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/testing/config.hpp"
#include "cnx/testing/fake_host.hpp"
#include "cnx/testing/rows.hpp"
#include "connection.h"
#include "mysql_sink.h"

namespace cnx::mysql {

using testing::CollectedFindings;
using testing::CollectedRejects;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kNull;
using ::testing::Not;
using testing::Pairs;
using testing::Rows;
using ::testing::SizeIs;

/// A database of its own on the server that the environment names, dropped at the end; skipped, saying why, without
/// one.
class MysqlTest : public ::testing::Test {
 protected:
  static constexpr const char* kTopic = "orders";

  void SetUp() override;
  void TearDown() override;

  /// Runs a statement as root in the test's database.
  void sql(const std::string& statement);
  /// The result of a query, a line per row: "1|a|NULL".
  std::vector<std::string> lines(const std::string& query);
  std::string line(const std::string& query) { return lines(query).at(0); }

  [[nodiscard]] bool is_mariadb() { return line("SELECT @@version").find("MariaDB") != std::string::npos; }
  /// Returns when some transaction in the test's database, or that of `connection`, waits for a lock; none does so for
  /// 10 s: a failure. [any thread]
  void wait_for_lock_wait(const std::string& connection = {});

  /// The config of a sink on the test's database, table `t`, key `id`; `extra` adds or replaces.
  [[nodiscard]] Pairs pairs(const Pairs& extra = {}) const;
  /// A started sink; a failure to start fails the test.
  std::unique_ptr<MysqlSink> started(const Pairs& extra = {});
  std::unique_ptr<MysqlSink> created(const Pairs& extra = {});

  static cnx_claimant claimant(std::string_view owner = "worker-1/a");
  static cnx_offset_step step(std::int64_t epoch, std::int64_t from, std::int64_t to, std::int32_t partition = 0);
  /// Claims partition 0 and returns its epoch.
  static std::int64_t claim(MysqlSink& sink, std::string_view owner = "worker-1/a");
  /// All of the rows in one transaction, on a claim of its own; the first error is returned, after an abort.
  Status write(MysqlSink& sink, const Rows& rows, CollectedRejects& rejects);
  Status write(MysqlSink& sink, const Rows& rows);

  testing::FakeHost host_{"orders-mysql"};
  std::string database_;
  ConnectionOptions options_;

 private:
  CancelSwitch cancel_;
  std::unique_ptr<Connection> root_;
};

/// Both ways of writing.
class MysqlWriteTest : public MysqlTest, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override;
  std::unique_ptr<MysqlSink> started(Pairs extra = {}) {
    extra.emplace_back("write.method", GetParam());
    return MysqlTest::started(extra);
  }
};

#define CNX_BOTH_WRITE_METHODS(suite)                                              \
  INSTANTIATE_TEST_SUITE_P(Methods, suite, ::testing::Values("bulk", "multi-row"), \
                           [](const auto& about) { return std::string(about.param) == "bulk" ? "Bulk" : "MultiRow"; })

}  // namespace cnx::mysql
