// SPDX-License-Identifier: Apache-2.0
#include "observe/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/log.h"
#include "base/strings.h"

namespace cnx::host::observe {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kRateWindowNs = 10 * kSecondNs;
constexpr std::int64_t kRedrawNs = kSecondNs / 5;
constexpr std::int64_t kLineNs = 10 * kSecondNs;

std::string of_total(std::int64_t done, std::int64_t total) {
  return total >= 0 ? fmt::format("{}/{}", done, total) : fmt::format("{}", done);
}

/// 0…1; orders tell it finer than windows.
std::optional<double> share_done(const ProgressSnapshot& now) {
  // All windows are counted only once they are planned, so the orders' sum is complete when the windows' is.
  if (now.windows_total > 0 && now.orders_expected > 0) {
    return std::min(1.0, static_cast<double>(now.orders_fetched) / static_cast<double>(now.orders_expected));
  }
  if (now.windows_total > 0) {
    return std::min(1.0, static_cast<double>(now.windows_done) / static_cast<double>(now.windows_total));
  }
  return std::nullopt;
}

std::string clock_text(std::int64_t seconds) {
  if (seconds >= 3600) return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

/// At most `columns` characters, not bytes, and whole ones.
std::string cut(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t column = 0; column < columns && at < text.size(); ++column) {
    at += std::max<std::size_t>(utf8_length(text.substr(at)), 1);
  }
  return std::string(text.substr(0, at));
}

}  // namespace

void RateMeter::add(std::int64_t monotonic_ns, std::int64_t total) {
  samples_.push_back({monotonic_ns, total});
  while (samples_.size() > 2 && samples_[1].ns <= monotonic_ns - kRateWindowNs) samples_.pop_front();
}

double RateMeter::per_second() const {
  if (samples_.size() < 2) return 0;
  const Sample& first = samples_.front();
  const Sample& last = samples_.back();
  if (last.ns <= first.ns) return 0;
  return static_cast<double>(last.total - first.total) * kSecondNs / static_cast<double>(last.ns - first.ns);
}

std::int64_t eta_seconds(const ProgressSnapshot& now, double orders_per_s) {
  if (now.windows_total < 0 || now.orders_expected < 0 || orders_per_s <= 0) return -1;
  const std::int64_t left = std::max<std::int64_t>(now.orders_expected - now.orders_fetched, 0);
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(left) / orders_per_s));
}

std::string progress_text(const ProgressSnapshot& now, double orders_per_s, double rows_per_s, std::int64_t eta_s) {
  std::string text = fmt::format(
      "{} windows, {} orders ({:.0f}/s), {} rows ({:.0f}/s), {} dead", of_total(now.windows_done, now.windows_total),
      of_total(now.orders_fetched, now.orders_expected), orders_per_s, now.rows_written, rows_per_s, now.dead);
  if (now.lag > 0) text += fmt::format(", lag {}", now.lag);
  if (eta_s >= 0) text += ", ETA " + clock_text(eta_s);
  if (!now.waiting.empty()) text += "; waiting: " + escape_line(now.waiting);
  return text;
}

std::string progress_bar(const ProgressSnapshot& now, const std::string& text, std::size_t width) {
  constexpr std::size_t kBar = 20;
  constexpr std::size_t kLeastForBar = 60;
  const std::optional<double> share = share_done(now);
  // One column stays free: a character in the last one would wrap on some terminals.
  const std::size_t columns = width > 1 ? width - 1 : 1;
  if (!share || width < kLeastForBar) return cut(text, columns);
  const auto filled = static_cast<std::size_t>(*share * kBar);
  const std::string bar = std::string(filled, '#') + std::string(kBar - filled, '.');
  return cut(fmt::format("[{}] {:3.0f}% {}", bar, std::floor(*share * 100), text), columns);
}

bool ProgressDisplay::is_due(std::int64_t interval_ns) {
  const std::int64_t now_ns = clock_.monotonic_ns();
  if (shown_ns_ && now_ns - *shown_ns_ < interval_ns) return false;
  shown_ns_ = now_ns;
  return true;
}

void ProgressDisplay::update(const ProgressSnapshot& now) {
  if (!is_due(console_.is_terminal() ? kRedrawNs : kLineNs)) return;
  orders_.add(*shown_ns_, now.orders_fetched);
  rows_.add(*shown_ns_, now.rows_written);
  const double orders_per_s = orders_.per_second();
  const std::string text = progress_text(now, orders_per_s, rows_.per_second(), eta_seconds(now, orders_per_s));
  if (console_.is_terminal()) return console_.set_status(progress_bar(now, text, console_.width()));
  const std::string unchanged = progress_text(now, 0, 0, -1);  // rates of a run at rest fall without news
  if (unchanged == last_line_) return;
  last_line_ = unchanged;
  log::info("progress", "{}", text);
}

}  // namespace cnx::host::observe
