// SPDX-License-Identifier: Apache-2.0
#include "observe/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <exception>
#include <map>

#include "base/log.h"

namespace cnx::host::observe {
namespace {

using Labels = std::map<std::string, std::string>;

constexpr std::string_view kPrefix = "connect_";

std::string metric_name(std::string_view name) {
  std::string out(kPrefix);
  for (const char c : name) {
    const bool legal = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    out += legal ? c : '_';
  }
  return out;
}

}  // namespace

struct Metrics::Impl {
  explicit Impl(std::string worker) : worker_id(std::move(worker)) {}

  [[nodiscard]] Labels labels_of(const MetricOwner& owner) const {
    Labels labels{{"worker", worker_id}};
    if (!owner.connector.empty()) labels["connector"] = owner.connector;
    if (owner.task >= 0) labels["task"] = std::to_string(owner.task);
    return labels;
  }

  /// prometheus-cpp throws when a name has two types; a plugin's mistake must not end the host.
  template <class Make>
  [[nodiscard]] auto guarded(const std::string& name, Make make) -> decltype(make()) {
    try {
      return make();
    } catch (const std::exception& fault) {
      log::warning("metrics", "{}: not recorded: {}", name, fault.what());
      return nullptr;
    }
  }

  const std::string worker_id;
  prometheus::Registry registry;
};

Metrics::Metrics(std::string worker_id) : impl_(std::make_unique<Impl>(std::move(worker_id))) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(std::string_view name, std::string_view help, const MetricOwner& owner) {
  const std::string full = metric_name(name);
  return Counter(impl_->guarded(full, [&] {
    auto& family = prometheus::BuildCounter().Name(full).Help(std::string(help)).Register(impl_->registry);
    return &family.Add(impl_->labels_of(owner));
  }));
}

Gauge Metrics::gauge(std::string_view name, std::string_view help, const MetricOwner& owner) {
  const std::string full = metric_name(name);
  return Gauge(impl_->guarded(full, [&] {
    auto& family = prometheus::BuildGauge().Name(full).Help(std::string(help)).Register(impl_->registry);
    return &family.Add(impl_->labels_of(owner));
  }));
}

Histogram Metrics::age_histogram(std::string_view name, std::string_view help, const MetricOwner& owner) {
  const std::string full = metric_name(name);
  return Histogram(impl_->guarded(full, [&] {
    auto& family = prometheus::BuildHistogram().Name(full).Help(std::string(help)).Register(impl_->registry);
    return &family.Add(impl_->labels_of(owner),
                       prometheus::Histogram::BucketBoundaries(kAgeBoundsS.begin(), kAgeBoundsS.end()));
  }));
}

std::string Metrics::text() const { return prometheus::TextSerializer().Serialize(impl_->registry.Collect()); }

void Counter::add(double amount) {
  if (counter_ != nullptr && amount > 0) counter_->Increment(amount);
}

double Counter::value() const { return counter_ != nullptr ? counter_->Value() : 0; }

void Gauge::set(double value) {
  if (gauge_ != nullptr) gauge_->Set(value);
}

double Gauge::value() const { return gauge_ != nullptr ? gauge_->Value() : 0; }

void Histogram::observe(std::span<const std::uint64_t> counts, double sum) {
  if (histogram_ != nullptr) histogram_->ObserveMultiple({counts.begin(), counts.end()}, sum);
}

}  // namespace cnx::host::observe
