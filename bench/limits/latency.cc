// SPDX-License-Identifier: Apache-2.0
//
// cnx-bench-latency: sends orders at a steady rate and looks for their rows all the time. What it prints is the time
// from the call that hands an order to the producer until a query of another connection sees its rows; looking adds up
// to one round trip and the pause between two looks.
#include <fmt/format.h>
#include <mysql.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "generate/kafka_sender.h"
#include "generate/order_maker.h"

namespace {

using namespace cnx::bench;
using Clock = std::chrono::steady_clock;

constexpr auto kPause = std::chrono::microseconds(300);
constexpr auto kPatience = std::chrono::seconds(20);

struct Arguments {
  std::string servers, topic, host = "127.0.0.1", user, password, database, table = "walmart_order";
  unsigned port = 3306;
  double rate = 200;
  std::uint64_t orders = 4000;
  std::uint64_t first = 0;
  std::uint64_t warm_up = 200;
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "cnx-bench-latency: %s\n", what.c_str());
  std::exit(1);
}

/// Orders that were sent and not seen yet.
struct Outstanding {
  std::mutex mutex;
  std::map<std::string, Clock::time_point> sent;  // guarded by mutex
  bool all_sent = false;                          // guarded by mutex
};

void send_all(const Arguments& arguments, Outstanding& outstanding) {
  auto sender = KafkaSender::open({arguments.servers, arguments.topic, "none", true});
  if (!sender.ok()) fail(sender.error().message);
  OrderMaker maker({});
  const auto begun = Clock::now();
  std::uint64_t sent = 0;
  for (std::uint64_t number = arguments.first; sent < arguments.orders; ++number) {
    maker.make(number);
    if (maker.lines() == 0) continue;  // it would never be seen
    std::this_thread::sleep_until(
        begun + std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(sent) / arguments.rate * 1e9)));
    ++sent;
    {
      const std::lock_guard lock(outstanding.mutex);
      outstanding.sent.emplace(maker.key(), Clock::now());
    }
    if (auto status = sender.value()->send(maker.key(), maker.text()); !status.ok()) fail(status.error().message);
  }
  if (auto status = sender.value()->finish(); !status.ok()) fail(status.error().message);
  const std::lock_guard lock(outstanding.mutex);
  outstanding.all_sent = true;
}

/// Milliseconds per order, in the order seen.
std::vector<double> watch_rows(const Arguments& arguments, MYSQL* handle, Outstanding& outstanding) {
  std::vector<double> latencies;
  auto last_news = Clock::now();
  for (;;) {
    std::string sql = "SELECT DISTINCT purchaseOrderId FROM `" + arguments.table + "` WHERE purchaseOrderId IN (";
    {
      const std::lock_guard lock(outstanding.mutex);
      if (outstanding.sent.empty() && outstanding.all_sent) return latencies;
      for (const auto& [key, when] : outstanding.sent) sql += key + ",";
    }
    if (sql.back() == ',') {
      sql.back() = ')';
      if (mysql_real_query(handle, sql.data(), sql.size()) != 0) fail(mysql_error(handle));
      MYSQL_RES* result = mysql_store_result(handle);
      const auto now = Clock::now();
      while (MYSQL_ROW row = mysql_fetch_row(result)) {
        const std::lock_guard lock(outstanding.mutex);
        const auto found = outstanding.sent.extract(row[0]);
        latencies.push_back(std::chrono::duration<double, std::milli>(now - found.mapped()).count());
        last_news = now;
      }
      mysql_free_result(result);
      if (now - last_news > kPatience) fail("orders sent do not show up in the table");
    }
    std::this_thread::sleep_for(kPause);
  }
}

double quantile(const std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Measures from produce to visible row.", "cnx-bench-latency");
  app.add_option("--kafka", arguments.servers)->required();
  app.add_option("--topic", arguments.topic)->required();
  app.add_option("--host", arguments.host)->capture_default_str();
  app.add_option("--port", arguments.port)->capture_default_str();
  app.add_option("--user", arguments.user)->required();
  app.add_option("--password", arguments.password)->envname("MYSQL_PWD");
  app.add_option("--database", arguments.database)->required();
  app.add_option("--table", arguments.table)->capture_default_str();
  app.add_option("--rate", arguments.rate, "Orders a second")->capture_default_str();
  app.add_option("--orders", arguments.orders)->capture_default_str();
  app.add_option("--first", arguments.first, "Number of the first order; none of them may be in the table")
      ->capture_default_str();
  app.add_option("--warm-up", arguments.warm_up, "So many of the first are left out")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  MYSQL* handle = mysql_init(nullptr);
  const unsigned protocol = MYSQL_PROTOCOL_TCP;
  mysql_options(handle, MYSQL_OPT_PROTOCOL, &protocol);
  if (mysql_real_connect(handle, arguments.host.c_str(), arguments.user.c_str(), arguments.password.c_str(),
                         arguments.database.c_str(), arguments.port, nullptr, 0) == nullptr)
    fail(mysql_error(handle));
  Outstanding outstanding;
  std::thread sender([&] { send_all(arguments, outstanding); });
  std::vector<double> latencies = watch_rows(arguments, handle, outstanding);
  sender.join();
  mysql_close(handle);
  latencies.erase(latencies.begin(), latencies.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                             arguments.warm_up, latencies.size() / 2)));
  std::sort(latencies.begin(), latencies.end());
  fmt::print("{{\"orders\":{},\"rate\":{},\"p50_ms\":{:.2f},\"p90_ms\":{:.2f},\"p99_ms\":{:.2f},\"max_ms\":{:.2f}}}\n",
             latencies.size(), arguments.rate, quantile(latencies, 0.5), quantile(latencies, 0.9),
             quantile(latencies, 0.99), latencies.back());
  return 0;
}
