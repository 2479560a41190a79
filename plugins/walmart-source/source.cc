// SPDX-License-Identifier: Apache-2.0
#include "source.h"

#include <fmt/format.h>

#include <algorithm>

#include "curl_transport.h"
#include "preflight.h"

namespace walmart {
namespace {

using cnx::Result;
using cnx::SourcePlan;
using cnx::SourceStart;
using cnx::Status;

constexpr std::int64_t kMillisecondNs = 1'000'000;
/// What the API keeps; it moves an older start to this without a word.
constexpr EpochSeconds kKept = 180 * kDay;

CurlOptions curl_options(const Settings& settings) {
  return {settings.base_url, settings.ca_file, settings.request_timeout_ms, settings.connect_timeout_ms};
}

const cnx::Position* find(const SourceStart& from, const std::string& range_id, const std::string& key) {
  for (const auto& position : from.positions)
    if (position.range_id == range_id && position.key == key && position.value) return &position;
  return nullptr;
}

std::string title_without_bounds(const Settings& settings) {
  std::vector<std::string_view> accounts;
  for (const auto& account : settings.accounts) accounts.push_back(account.name);
  return fmt::format("{}, by {} every {} ms, {}", fmt::join(accounts, "+"), name_of(settings.kind()),
                     settings.poll_interval_ms, fmt::join(settings.ship_node_types, "+"));
}

}  // namespace

Result<std::unique_ptr<WalmartSource>> WalmartSource::create(cnx::Host host, const cnx::Config& config) {
  CNX_ASSIGN(Settings settings, read_settings(config));
  CNX_ASSIGN(std::unique_ptr<Transport> transport, make_curl_transport(curl_options(settings)));
  return std::make_unique<WalmartSource>(host, std::move(settings), std::move(transport), ProvenAccounts::of_process());
}

Status WalmartSource::preflight(cnx::Host host, const cnx::Config& config, std::span<const cnx::BatchView>,
                                cnx::Findings& findings) {
  CNX_ASSIGN(Settings settings, read_settings(config));
  CNX_ASSIGN(const std::unique_ptr<Transport> transport, make_curl_transport(curl_options(settings)));
  return check_accounts(host, *transport, std::move(settings), findings);
}

WalmartSource::WalmartSource(cnx::Host host, Settings settings, std::unique_ptr<Transport> transport,
                             ProvenAccounts& proven)
    : host_(host),
      settings_(std::move(settings)),
      metrics_(host_),
      health_(host_),
      transport_(std::move(transport)),
      proven_(proven),
      outbox_(host_, settings_, metrics_),
      flight_{0, settings_.windows_in_flight} {}

Result<SourcePlan> WalmartSource::start(const SourceStart& from) {
  SourcePlan plan;
  plan.title = title_without_bounds(settings_);
  if (settings_.bounded()) {
    range_ = choose_range(settings_, now(), from.ranges, from.again);
    plan.bounded = true;
    plan.range_id = range_->id;
    plan.title = title_of(settings_, *range_);
    ended_ = range_->fetched;
    if (range_->rest)
      host_.info(fmt::format("earlier runs have fetched these days up to {} ({}); this one fetches the rest",
                             settings_.zone.text(range_->start), utc_text(range_->start)));
  }
  if (!ended_) CNX_TRY(add_walks(from));
  return plan;
}

Status WalmartSource::add_walks(const SourceStart& from) {
  CNX_ASSIGN(const EpochSeconds first, range_ ? Result<EpochSeconds>(range_->start)
                                              : resolve_start_from(settings_.start_from, settings_.zone, now()));
  const auto tasks = static_cast<std::size_t>(std::max(1, host_.task_count()));
  std::size_t walk = 0;
  for (const Account& account : settings_.accounts) {
    clients_.push_back(std::make_unique<ApiClient>(host_, *transport_, settings_, account, metrics_, health_,
                                                   proven_.of(settings_.base_url, account)));
    for (const std::string& type : settings_.ship_node_types)
      if (walk++ % tasks == static_cast<std::size_t>(host_.task()))
        CNX_TRY(add_walk({account.name, type, settings_.kind()}, from, first));
  }
  ended_ = range_ && walkers_.empty();
  return {};
}

Status WalmartSource::add_walk(WalkName name, const SourceStart& from, EpochSeconds first) {
  const cnx::Position* known = find(from, range_ ? range_->id : "", name.position_key());
  SentLog log(name.kind, first);
  if (known != nullptr) {
    CNX_ASSIGN(log, SentLog::decode(name.kind, *known->value));
    host_.info(
        fmt::format("{}: goes on at {} ({})", name.title(), settings_.zone.text(log.done()), utc_text(log.done())));
  }
  if (name.kind == Kind::kCreated && log.done() < now() - kKept)
    host_.warning(
        fmt::format("{}: reads from {}, but the API gives only orders created in the last 180 days, that is since "
                    "{}; older ones will be missing",
                    name.title(), utc_text(log.done()), utc_text(now() - kKept)));
  const std::size_t number = outbox_.add_walk(name, std::move(log), known == nullptr);
  walkers_.push_back(std::make_unique<Walker>(host_, settings_, metrics_, *clients_.back(), outbox_, flight_,
                                              std::move(name), number));
  return {};
}

Result<bool> WalmartSource::poll(std::int64_t deadline_ns, cnx::RecordBatch& out) {
  if (!failed_) {
    Status gathered = gather(deadline_ns);
    if (!gathered.ok()) failed_ = std::move(gathered).error();
  }
  // What was gathered before an error is handed over first; a stop leaves it to the next start.
  if (!failed_ || failed_->action != cnx::Action::kCancelled) outbox_.drain(out);
  if (out.empty() && failed_) {
    cnx::Error error = *std::move(failed_);
    failed_.reset();
    return error;
  }
  return !(ended_ && outbox_.empty());
}

void WalmartSource::cancel() noexcept {
  cancelled_ = true;
  transport_->cancel();
}

Status WalmartSource::gather(std::int64_t deadline_ns) {
  // What has come meanwhile is taken, and new pages are asked for, even when there is enough to hand over.
  if (!transport_->idle()) transport_->wait(0);
  for (;;) {
    if (cancelled_) return cnx::cancelled_error();
    if (ended_) return {};
    CNX_TRY(step());
    const std::int64_t now_ns = host_.monotonic_ns(), wake = wake_ns();
    if (outbox_.ready() >= settings_.batch_size || now_ns >= deadline_ns) return {};
    if (wake <= now_ns) continue;
    if ((transport_->idle() || !walking_) && !outbox_.empty()) return {};
    if (!wait(std::min(wake, deadline_ns), now_ns)) return cnx::cancelled_error();
  }
}

/// For the end of an exchange, at the longest. False: stopped.
bool WalmartSource::wait(std::int64_t until_ns, std::int64_t now_ns) {
  const std::int64_t wait_ms = (until_ns - now_ns + kMillisecondNs - 1) / kMillisecondNs;
  if (transport_->idle()) return host_.wait_ms(wait_ms);
  transport_->wait(wait_ms);
  return true;
}

Status WalmartSource::step() {
  if (!walking_) {
    // A round is planned by what all windows of the one before have left in the logs.
    if (host_.monotonic_ns() < next_round_ns_ || !outbox_.empty()) return {};
    begin_round();
  }
  bool walked = true;
  for (const auto& walker : walkers_) {
    CNX_ASSIGN(const bool all, walker->step());
    walked = walked && all;
  }
  if (walked) end_round();
  return {};
}

void WalmartSource::begin_round() {
  walking_ = true;
  round_ns_ = host_.monotonic_ns();
  for (std::size_t i = 0; i < walkers_.size(); ++i) {
    const SentLog& log = outbox_.log(i);
    const EpochSeconds from = range_ ? log.done() : std::max(log.done() - settings_.reread, log.kept_from());
    const EpochSeconds to = range_ ? range_->end : walkers_[i]->api_now();
    if (from < to) walkers_[i]->begin(from, to);
  }
}

void WalmartSource::end_round() {
  walking_ = false;
  ended_ = range_.has_value();
  next_round_ns_ = round_ns_ + settings_.poll_interval_ms * kMillisecondNs;
}

std::int64_t WalmartSource::wake_ns() const {
  if (!walking_) return outbox_.empty() ? next_round_ns_ : ApiClient::kAtAnAnswer;
  std::int64_t wake = ApiClient::kAtAnAnswer;
  for (const auto& walker : walkers_) wake = std::min(wake, walker->wake_ns());
  return wake;
}

}  // namespace walmart
