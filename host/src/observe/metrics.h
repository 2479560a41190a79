// SPDX-License-Identifier: Apache-2.0
//
// Metrics for Prometheus. Names are Kafka Connect's: connect_<group>_<attribute>, as in README.md.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace cnx::host::observe {

/// Upper bounds of an age histogram's buckets, in seconds: from a batch at once to a day of backlog.
inline constexpr std::array<double, 15> kAgeBoundsS{0.01, 0.05, 0.1, 0.5, 1,    2,     5,    10,
                                                    30,   60,   300, 900, 3600, 21600, 86400};

/// Handles are made once, outside hot loops; using one is a few nanoseconds and safe from any thread. They point into
/// their Metrics, which must outlive them. A default handle counts nothing.
class Counter {
 public:
  Counter() = default;
  explicit Counter(prometheus::Counter* counter) : counter_(counter) {}
  /// `amount` below 0 is ignored: counters only go up.
  void add(double amount = 1);
  [[nodiscard]] double value() const;

 private:
  prometheus::Counter* counter_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(prometheus::Gauge* gauge) : gauge_(gauge) {}
  void set(double value);
  [[nodiscard]] double value() const;

 private:
  prometheus::Gauge* gauge_ = nullptr;
};

class Histogram {
 public:
  Histogram() = default;
  explicit Histogram(prometheus::Histogram* histogram) : histogram_(histogram) {}
  /// Values that are counted already: one count per bound and one above all, and the values' sum.
  void observe(std::span<const std::uint64_t> counts, double sum);

 private:
  prometheus::Histogram* histogram_ = nullptr;
};

/// Whose metric it is. An empty connector: the worker's.
struct MetricOwner {
  std::string connector;
  int task = -1;  ///< -1: the connector's, of no task
};

/// The process's metrics. Thread-safe.
class Metrics {
 public:
  explicit Metrics(std::string worker_id);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// The same name and owner give the same metric. Characters that Prometheus does not take become '_'; a name that is
  /// taken by another type of metric is logged and counted nowhere.
  [[nodiscard]] Counter counter(std::string_view name, std::string_view help, const MetricOwner& owner);
  [[nodiscard]] Gauge gauge(std::string_view name, std::string_view help, const MetricOwner& owner);
  /// Buckets by kAgeBoundsS.
  [[nodiscard]] Histogram age_histogram(std::string_view name, std::string_view help, const MetricOwner& owner);

  /// Prometheus text format 0.0.4.
  [[nodiscard]] std::string text() const;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace cnx::host::observe
