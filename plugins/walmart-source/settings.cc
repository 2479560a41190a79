// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <fmt/format.h>

#include <algorithm>

namespace walmart {
namespace {

using cnx::Config;
using cnx::config_error;
using cnx::Error;
using cnx::Result;

/// A finding that makes the configuration unusable.
struct Problem {
  std::string key;
  std::string message;
  std::string mend;
};

constexpr std::string_view kAccounts = "accounts.";

/// Names under `accounts`, in the order of the file.
std::vector<std::string> account_names(const Config& config) {
  std::vector<std::string> names;
  for (const auto& [key, value] : config.values()) {
    if (!key.starts_with(kAccounts)) continue;
    const auto end = key.find('.', kAccounts.size());
    std::string name = key.substr(kAccounts.size(), end - kAccounts.size());
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

std::string joined(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

std::vector<std::string> chosen_accounts(const Config& config) {
  std::vector<std::string> chosen = config.list("account");
  return chosen.empty() ? account_names(config) : chosen;
}

void check_accounts(const Config& config, std::vector<Problem>& problems) {
  const std::vector<std::string> known = account_names(config);
  if (known.empty()) {
    problems.push_back({"accounts", "no account is configured",
                        "add accounts: {<name>: {client.id: \"…\", client.secret: \"${env:NAME}\"}}"});
    return;
  }
  for (const auto& name : chosen_accounts(config)) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      problems.push_back({"account", fmt::format("'{}' is not among the accounts ({})", name, joined(known)),
                          fmt::format("add accounts.{}, or choose one of the others", name)});
      continue;
    }
    for (const char* part : {"client.id", "client.secret"}) {
      const std::string key = fmt::format("accounts.{}.{}", name, part);
      if (config.find(key).value_or("").empty())
        problems.push_back({key, "is missing or empty", fmt::format("set {}", key)});
    }
  }
}

void check_base_url(const Config& config, std::vector<Problem>& problems) {
  const std::string url = config.text("base.url");
  const auto scheme = url.find("://");
  const bool known = url.starts_with("https://") || url.starts_with("http://");
  const std::string_view rest = scheme == std::string::npos ? "" : std::string_view(url).substr(scheme + 3);
  if (!known || rest.empty() || rest.starts_with('/')) {
    problems.push_back({"base.url", fmt::format("'{}' is not a URL of the form https://host[:port]", url),
                        "give the scheme (https) and the host"});
  } else if (rest.find_first_of("?#@ ") != std::string_view::npos) {
    problems.push_back({"base.url", "has more than a host, a port and a path", "leave out user, query and fragment"});
  }
}

void check_day(const Config& config, std::string_view key, std::vector<Problem>& problems) {
  const auto text = config.find(key);
  if (text && !parse_day(*text))
    problems.push_back({std::string(key), fmt::format("'{}' is not a day of the calendar", *text),
                        "write it as YYYYMMDD or YYYY-MM-DD"});
}

void check_bounds(const Config& config, std::vector<Problem>& problems) {
  const bool start = config.has("start.date"), end = config.has("end.date");
  if (config.has("hours") && (start || end)) {
    problems.push_back(
        {"hours", "excludes start.date and end.date: a run has one kind of bounds", "give either -H, or -s and -e"});
    return;
  }
  if (start != end) {
    const char* missing = start ? "end.date" : "start.date";
    problems.push_back({missing, fmt::format("is missing beside {}", start ? "start.date (-s)" : "end.date (-e)"),
                        start ? "add -e with the last day (it is included), or leave out -s"
                              : "add -s with the first day, or leave out -e"});
  }
  check_day(config, "start.date", problems);
  check_day(config, "end.date", problems);
  const auto first = parse_day(config.text("start.date")), last = parse_day(config.text("end.date"));
  if (first && last && *last < *first)
    problems.push_back(
        {"end.date", fmt::format("{} lies before start.date, {}", day_text(*last), day_text(*first)), "swap them"});
}

void check_times(const Config& config, std::vector<Problem>& problems) {
  auto zone = Zone::find(config.text("timezone"));
  if (!zone.ok()) {
    problems.push_back({"timezone", zone.error().message.substr(sizeof("timezone:")), ""});
    return;
  }
  if (auto from = resolve_start_from(config.text("start.from"), *zone, 0); !from.ok())
    problems.push_back({"start.from", from.error().message, ""});
}

std::vector<Problem> problems_of(const Config& config) {
  std::vector<Problem> problems;
  if (config.text("topic").empty()) problems.push_back({"topic", "is empty", "name the topic for the orders"});
  check_base_url(config, problems);
  check_accounts(config, problems);
  check_bounds(config, problems);
  check_times(config, problems);
  if (config.list("ship.node.type").empty())
    problems.push_back({"ship.node.type", "names no type", "leave it out for all three"});
  return problems;
}

std::vector<Account> read_accounts(const Config& config) {
  std::vector<Account> accounts;
  for (const auto& name : chosen_accounts(config)) {
    if (std::any_of(accounts.begin(), accounts.end(), [&](const Account& a) { return a.name == name; })) continue;
    accounts.push_back({name, config.text(fmt::format("accounts.{}.client.id", name)),
                        config.text(fmt::format("accounts.{}.client.secret", name))});
  }
  return accounts;
}

std::vector<std::string> distinct(std::vector<std::string> items) {
  std::vector<std::string> kept;
  for (auto& item : items)
    if (std::find(kept.begin(), kept.end(), item) == kept.end()) kept.push_back(std::move(item));
  return kept;
}

}  // namespace

std::string_view name_of(Kind kind) { return kind == Kind::kCreated ? "created" : "lastModified"; }

Result<EpochSeconds> resolve_start_from(std::string_view text, const Zone& zone, EpochSeconds now) {
  if (text == "now") return now;
  if (const auto day = parse_day(text)) return zone.start_of_day(*day);
  if (const auto instant = parse_instant_ms(text)) return *instant / 1000;
  if (text.ends_with('d') || text.ends_with('h')) {
    const auto count = parse_integer(text.substr(0, text.size() - 1));
    const EpochSeconds unit = text.back() == 'd' ? kDay : kHour;
    if (count && *count >= 0 && *count <= 179 * kDay / unit) return now - *count * unit;
  }
  return config_error(fmt::format(
      "'{}' is no start: write now, 7d or 12h (179d at most), a day (2026-11-23) or an instant (2026-11-23T08:00:00Z)",
      text));
}

Result<Settings> read_settings(const Config& config) {
  if (const auto problems = problems_of(config); !problems.empty()) {
    const Problem& first = problems.front();
    return config_error(
        fmt::format("{}: {}{}{}", first.key, first.message, first.mend.empty() ? "" : "; ", first.mend));
  }
  CNX_ASSIGN(Zone zone, Zone::find(config.text("timezone")));
  std::string url = config.text("base.url");
  while (url.ends_with('/')) url.pop_back();
  const auto hours = config.has("hours") ? std::optional(config.integer("hours")) : std::nullopt;
  const auto first = parse_day(config.text("start.date")), last = parse_day(config.text("end.date"));
  return Settings{.topic = config.text("topic"),
                  .base_url = std::move(url),
                  .ca_file = config.text("ssl.ca.location"),
                  .channel_type = config.text("market.channel.type"),
                  .accounts = read_accounts(config),
                  .ship_node_types = distinct(config.list("ship.node.type")),
                  .zone = std::move(zone),
                  .hours = hours,
                  .days = first && last ? std::optional(Days{*first, *last}) : std::nullopt,
                  .poll_by = config.text("poll.by") == "created" ? Kind::kCreated : Kind::kLastModified,
                  .poll_interval_ms = config.integer("poll.interval.ms"),
                  .start_from = config.text("start.from"),
                  .reread = (config.integer("reread.window.ms") + 999) / 1000,
                  .batch_size = static_cast<std::size_t>(config.integer("batch.size")),
                  .page_size = config.integer("page.size"),
                  .window_max_orders = config.integer("window.max.orders"),
                  .windows_in_flight = static_cast<std::size_t>(config.integer("windows.in.flight")),
                  .prefetch_bytes = static_cast<std::size_t>(config.integer("prefetch.bytes")),
                  .retry_timeout_ms = config.integer("errors.retry.timeout"),
                  .request_timeout_ms = config.integer("request.timeout.ms"),
                  .connect_timeout_ms = config.integer("connect.timeout.ms"),
                  .replacement_info = config.boolean("replacement.info")};
}

void validate_settings(const Config& config, cnx::Findings& findings) {
  for (const Problem& p : problems_of(config)) findings.error(p.key, p.message, p.mend);
  if (config.text("base.url").starts_with("http://"))
    findings.warning("base.url", "credentials and orders travel unencrypted over http", "use https");
}

}  // namespace walmart
