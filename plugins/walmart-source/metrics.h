// SPDX-License-Identifier: Apache-2.0
//
// The counters of this plugin, made once per instance.
#pragma once

#include "cnx/host.hpp"

namespace walmart {

struct Metrics {
  explicit Metrics(const cnx::Host& host)
      : calls_good(host.counter("walmart_api_calls_good_total", "API calls answered with what was asked for.")),
        calls_throttled(host.counter("walmart_api_calls_throttled_total", "API calls answered 429.")),
        calls_unauthorized(host.counter("walmart_api_calls_unauthorized_total", "API calls whose token was refused.")),
        calls_passing(host.counter("walmart_api_calls_failed_total", "API calls that met a passing fault.")),
        calls_refused(
            host.counter("walmart_api_calls_refused_total", "API calls refused for good, or for this query.")),
        tokens(host.counter("walmart_api_tokens_total", "Tokens got.")),
        retries(host.counter("walmart_api_retries_total", "API calls made again.")),
        windows(host.counter("walmart_windows_total", "Windows fetched to their end.")),
        windows_again(host.counter("walmart_windows_again_total", "Walks of a window that had to begin again.")),
        orders_fetched(host.counter("walmart_orders_fetched_total", "Orders received, repeats included.")),
        orders_sent(host.counter("walmart_orders_sent_total", "Orders given to Kafka.")),
        orders_repeated(
            host.counter("walmart_orders_repeated_total", "Orders dropped: sent before, or of another window.")) {}

  cnx::Metric calls_good, calls_throttled, calls_unauthorized, calls_passing, calls_refused;
  cnx::Metric tokens, retries;
  cnx::Metric windows, windows_again;
  cnx::Metric orders_fetched, orders_sent, orders_repeated;
};

}  // namespace walmart
