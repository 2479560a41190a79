// SPDX-License-Identifier: Apache-2.0
//
// cnx-bench-fetch: how fast pages of the orders API can be fetched by an HTTP client alone: windows of an hour side by
// side, the pages of each one after the other. Answers are unpacked and searched for their cursor, and thrown away.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <list>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "curl_transport.h"
#include "limits/usage.h"
#include "times.h"

namespace {

using namespace walmart;

constexpr EpochSeconds kOverlap = 1;  // as walmart-source asks

struct Options {
  std::string url, ca, token;
  std::string from, to;
  std::vector<std::string> types = {"SellerFulfilled", "WFSFulfilled", "3PLFulfilled"};
  std::size_t in_flight = 8;
};

struct Totals {
  std::int64_t pages = 0, bytes = 0, orders = 0;
};

HttpRequest request_for(std::string target, const Options& options) {
  return {.method = "GET",
          .target = std::move(target),
          .headers = {{"Accept", "application/json"},
                      {"WM_SVC.NAME", "Walmart Marketplace"},
                      {"WM_QOS.CORRELATION_ID", "bench"},
                      {"WM_SEC.ACCESS_TOKEN", options.token}},
          .body = {},
          .credentials = std::nullopt};
}

/// The text after `name` up to the closing quote.
std::string text_after(const std::string& body, std::string_view name) {
  const auto at = body.find(name);
  if (at == std::string::npos) return {};
  return body.substr(at + name.size(), body.find('"', at + name.size()) - at - name.size());
}

std::vector<std::string> first_targets(const Options& options) {
  std::vector<std::string> targets;
  const EpochSeconds from = *parse_instant_ms(options.from) / 1000, to = *parse_instant_ms(options.to) / 1000;
  for (const std::string& type : options.types)
    for (EpochSeconds at = from; at < to; at += kHour)
      targets.push_back(fmt::format("/v3/orders?createdStartDate={}&createdEndDate={}&limit=200&shipNodeType={}",
                                    utc_text(at - kOverlap), utc_text(at + kHour + kOverlap), type));
  return targets;
}

/// Counts the page; its successor's target, empty at the end of the window.
cnx::Result<std::string> take(HttpResult result, Totals& totals) {
  if (const auto* fault = std::get_if<HttpFault>(&result)) return cnx::fatal_error(fault->message);
  const auto* response = std::get_if<HttpResponse>(&result);
  if (response->status != 200) return cnx::fatal_error(fmt::format("HTTP {}: {}", response->status, response->body));
  ++totals.pages;
  totals.bytes += static_cast<std::int64_t>(response->body.size());
  for (std::size_t at = 0; (at = response->body.find("{\"purchaseOrderId\"", at)) != std::string::npos; ++at)
    ++totals.orders;
  const std::string cursor = text_after(response->body, "\"nextCursor\":\"");
  return cursor.empty() ? std::string() : "/v3/orders" + cursor;
}

cnx::Result<Totals> fetch(const Options& options, Transport& transport) {
  Totals totals;
  const std::vector<std::string> targets = first_targets(options);
  std::size_t next = 0;
  std::list<std::unique_ptr<HttpExchange>> out;
  while (next < targets.size() || !out.empty()) {
    while (next < targets.size() && out.size() < options.in_flight)
      out.push_back(transport.send(request_for(targets[next++], options)));
    transport.wait(1000);
    for (auto at = out.begin(); at != out.end();) {
      auto result = (*at)->result();
      if (!result) {
        ++at;
        continue;
      }
      CNX_ASSIGN(const std::string successor, take(*std::move(result), totals));
      if (!successor.empty()) *at = transport.send(request_for(successor, options));
      at = successor.empty() ? out.erase(at) : std::next(at);
    }
  }
  return totals;
}

int fail(const cnx::Error& error) {
  std::fprintf(stderr, "cnx-bench-fetch: %s\n", error.message.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Fetches all pages of a range of hours, and throws them away."};
  app.add_option("--url", options.url)->required();
  app.add_option("--ca", options.ca, "file with the certificates to trust");
  app.add_option("--token", options.token, "of the API");
  app.add_option("--from", options.from, "full hour, as 2026-11-23T00:00:00Z")->required();
  app.add_option("--to", options.to, "full hour")->required();
  app.add_option("--in-flight", options.in_flight, "windows side by side");
  CLI11_PARSE(app, argc, argv);
  auto transport = make_curl_transport({options.url, options.ca, 60'000, 10'000});
  if (!transport.ok()) return fail(transport.error());
  const cnx::bench::Stopwatch watch;
  const auto fetched = fetch(options, **transport);
  if (!fetched.ok()) return fail(fetched.error());
  const Totals& totals = *fetched;
  const double seconds = watch.seconds();
  std::puts(fmt::format(R"({{"orders":{},"pages":{},"mib":{:.1f},"seconds":{:.3f},"orders_per_s":{:.0f},)"
                        R"("pages_per_s":{:.1f},"cpu_s":{:.3f}}})",
                        totals.orders, totals.pages, static_cast<double>(totals.bytes) / (1 << 20), seconds,
                        static_cast<double>(totals.orders) / seconds, static_cast<double>(totals.pages) / seconds,
                        cnx::bench::process_cpu_seconds())
                .c_str());
  return 0;
}
