// SPDX-License-Identifier: Apache-2.0
#include "sandbox_run.h"

#include <algorithm>
#include <chrono>

namespace walmart {
namespace {

constexpr std::int64_t kPollNs = 1'000'000'000;

std::int64_t real_now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

SandboxRun::SandboxRun(const Sandbox& sandbox, cnx::testing::Pairs config) {
  host.set_now_us(real_now_us());
  const cnx::testing::Pairs usual = {{"topic", "orders"},
                                     {"base.url", sandbox.url()},
                                     {"ssl.ca.location", sandbox.ca_file()},
                                     {"accounts.shop.client.id", "sandbox-client"},
                                     {"accounts.shop.client.secret", "sandbox-secret"}};
  for (const auto& pair : usual)
    if (std::none_of(config.begin(), config.end(), [&](const auto& p) { return p.first == pair.first; }))
      config.push_back(pair);
  config_ = cnx::testing::config_of<WalmartSource>(std::move(config));
}

cnx::Status SandboxRun::start() {
  source.reset();
  CNX_ASSIGN(source, WalmartSource::create(host.host(), config_));
  cnx::SourceStart from;
  from.positions = positions_;
  if (!range_id.empty()) from.ranges = {{range_id, CNX_RANGE_FETCHING, 1}};
  CNX_ASSIGN(const cnx::SourcePlan plan, source->start(from));
  range_id = plan.range_id;
  return {};
}

cnx::Result<bool> SandboxRun::poll(bool lose) {
  cnx::RecordBatch batch;
  CNX_ASSIGN(const bool more, source->poll(host.monotonic_ns() + kPollNs, batch));
  if (lose) return more;
  cnx_source_batch raw{};
  raw.struct_size = sizeof raw;
  cnx::RecordBatch::hand_over(std::move(batch), raw);
  if (raw.records != nullptr) {
    const cnx::BatchView view(*raw.records);
    for (std::uint64_t i = 0; i < view.size(); ++i) {
      const cnx_record& record = view.record(i);
      sent.push_back({cnx::is_absent(record.key) ? std::nullopt : std::optional<std::string>(cnx::view(record.key)),
                      std::string(cnx::view(record.value))});
    }
    for (std::uint64_t i = 0; i < raw.position_count; ++i) {
      const std::string key(cnx::view(raw.positions[i].key));
      std::erase_if(positions_, [&](const auto& position) { return position.key == key; });
      positions_.push_back({key, std::string(cnx::view(raw.positions[i].value)), range_id});
    }
    raw.records->release(raw.records);
  }
  source->acked();
  return more;
}

cnx::Status SandboxRun::run() {
  for (;;) {
    CNX_ASSIGN(const bool more, poll());
    if (!more) return {};
  }
}

std::multiset<std::string> SandboxRun::bodies() const {
  static constexpr std::string_view kHead = R"({"request_time":"2026-11-23 08:00:00",)";
  std::multiset<std::string> out;
  for (const Sent& record : sent) out.insert("{" + record.value.substr(std::min(kHead.size(), record.value.size())));
  return out;
}

}  // namespace walmart
