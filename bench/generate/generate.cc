// SPDX-License-Identifier: Apache-2.0
//
// cnx-bench-generate: orders, or the rows of orders, to a file (one a line) or a topic. Prints what it made as JSON.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "generate/kafka_sender.h"
#include "generate/order_maker.h"
#include "generate/row_feed.h"

namespace {

using namespace cnx;
using namespace cnx::bench;
using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t kChunk = 1000;

struct Arguments {
  std::uint64_t orders = 200'000;
  std::uint64_t first = 0;
  OrderSettings settings;
  bool rows = false;
  bool extra_columns = false;
  std::string file;
  SenderSettings sender;
  int partitions = 3;
  unsigned threads = 3;
  double rate = 0;
};

struct Made {
  std::uint64_t records = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

/// Where records go: a file or a producer.
using Put = std::function<Status(std::string_view key, std::string_view value)>;

Status put_orders(OrderMaker& maker, std::uint64_t first, std::uint64_t count, Made& made, const Put& put) {
  for (std::uint64_t i = first; i < first + count; ++i) {
    maker.make(i);
    CNX_TRY(put(maker.key(), maker.text()));
    made.records += 1;
    made.rows += maker.lines();
    made.bytes += maker.text().size();
  }
  return {};
}

Status put_rows(RowFeed& feed, std::uint64_t first, std::uint64_t count, Made& made, const Put& put) {
  Status status;
  std::string key, text;
  feed.make(first, static_cast<std::uint32_t>(count), [&](const BatchView& rows) {
    for (std::uint64_t row = 0; row < rows.size() && status.ok(); ++row) {
      key = std::to_string(rows.column(0).integer(row));
      text.clear();
      append_json_row(text, rows, row);
      status = put(key, text);
      made.records += 1;
      made.rows += 1;
      made.bytes += text.size();
    }
  });
  return status;
}

/// Every `threads`-th chunk from chunk `part` on.
Status make_part(const Arguments& arguments, unsigned part, Made& made, const Put& put) {
  OrderMaker maker(arguments.settings);
  RowFeed feed(arguments.settings, arguments.extra_columns);
  const auto begun = SteadyClock::now();
  const std::uint64_t chunk = arguments.rate > 0 ? 1 : kChunk;
  const std::uint64_t end = arguments.first + arguments.orders;
  for (std::uint64_t first = arguments.first + part * chunk; first < end; first += chunk * arguments.threads) {
    if (arguments.rate > 0)
      std::this_thread::sleep_until(begun + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                                static_cast<double>(first - arguments.first) / arguments.rate * 1e9)));
    const std::uint64_t count = std::min(chunk, end - first);
    CNX_TRY(arguments.rows ? put_rows(feed, first, count, made, put) : put_orders(maker, first, count, made, put));
  }
  return {};
}

Status to_file(const Arguments& arguments, Made& made) {
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(
      arguments.file == "-" ? stdout : std::fopen(arguments.file.c_str(), "wb"), &std::fclose);
  if (!file) return config_error("cannot write to " + arguments.file);
  return make_part(arguments, 0, made, [&](std::string_view, std::string_view value) -> Status {
    const bool done = std::fwrite(value.data(), 1, value.size(), file.get()) == value.size();
    if (!done || std::fputc('\n', file.get()) == EOF) return fatal_error("writing to " + arguments.file + " failed");
    return {};
  });
}

Status to_topic(const Arguments& arguments, Made& made) {
  CNX_TRY(make_topic(arguments.sender.servers, arguments.sender.topic, arguments.partitions));
  std::vector<Made> parts(arguments.threads);
  std::vector<Status> results(arguments.threads);
  std::vector<std::thread> threads;
  const auto work = [&](unsigned part) -> Status {
    CNX_ASSIGN(const auto sender, KafkaSender::open(arguments.sender));
    CNX_TRY(make_part(arguments, part, parts[part],
                      [&](std::string_view key, std::string_view value) { return sender->send(key, value); }));
    return sender->finish();
  };
  for (unsigned part = 0; part < arguments.threads; ++part)
    threads.emplace_back([&, part] { results[part] = work(part); });
  for (std::thread& thread : threads) thread.join();
  for (unsigned part = 0; part < arguments.threads; ++part) {
    if (!results[part].ok()) return results[part];
    made.records += parts[part].records;
    made.rows += parts[part].rows;
    made.bytes += parts[part].bytes;
  }
  return {};
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + t.tv_usec / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void declare(CLI::App& app, Arguments& arguments) {
  app.add_option("--orders", arguments.orders, "How many")->capture_default_str();
  app.add_option("--first", arguments.first, "Number of the first order; the key follows from it")
      ->capture_default_str();
  app.add_option("--seed", arguments.settings.seed, "The same seed gives the same orders")->capture_default_str();
  app.add_option("--version", arguments.settings.version, "Another version of the same orders: other status and dates")
      ->capture_default_str();
  app.add_flag("!--plain", arguments.settings.oddities, "No odd orders");
  app.add_flag("--rows", arguments.rows, "Flat rows of walmart_order as JSON, one a record, instead of orders");
  app.add_flag("--extra-columns", arguments.extra_columns, "Rows of 55 columns instead of 52");
  CLI::Option* file = app.add_option("--file", arguments.file, "One record a line; - is the standard output");
  CLI::Option* kafka = app.add_option("--kafka", arguments.sender.servers, "Brokers; needs --topic");
  kafka->needs(app.add_option("--topic", arguments.sender.topic, "Made when it is missing"))->excludes(file);
  app.add_option("--partitions", arguments.partitions, "Of a topic to make")->capture_default_str();
  app.add_option("--compression", arguments.sender.compression, "none, lz4, zstd, snappy or gzip")
      ->capture_default_str();
  app.add_option("--threads", arguments.threads, "Producers")->check(CLI::Range(1, 64))->capture_default_str();
  app.add_option("--rate", arguments.rate, "Orders a second; 0: as fast as it goes")->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Makes orders for measurements: the same ones each time.", "cnx-bench-generate");
  declare(app, arguments);
  CLI11_PARSE(app, argc, argv);
  if (arguments.file.empty() == arguments.sender.servers.empty()) {
    std::fputs("where to? Give --file or --kafka\n", stderr);
    return 2;
  }
  if (arguments.rate > 0) {
    arguments.threads = 1;
    arguments.sender.prompt = true;
  }
  if (!arguments.file.empty()) arguments.threads = 1;
  Made made;
  const auto begun = SteadyClock::now();
  const Status status = arguments.file.empty() ? to_topic(arguments, made) : to_file(arguments, made);
  if (!status.ok()) {
    std::fprintf(stderr, "cnx-bench-generate: %s\n", status.error().message.c_str());
    return 1;
  }
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - begun).count();
  fmt::print(
      arguments.file == "-" ? stderr : stdout,
      R"({{"orders":{},"records":{},"rows":{},"bytes":{},"seconds":{:.3f},"cpu_s":{:.3f},"records_per_s":{:.0f}}})"
      "\n",
      arguments.orders, made.records, made.rows, made.bytes, seconds, cpu_seconds(),
      static_cast<double>(made.records) / seconds);
  return 0;
}
