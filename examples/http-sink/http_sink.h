// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cnx/component.hpp"
#include "http_client.h"
#include "json_check.h"

namespace cnx::http_sink {

/// Records → POST requests, each with a JSON array of their values; at least once. Owner thread, but for cancel().
class HttpSink final : public Sink {
 public:
  static constexpr cnx_batch_kind kInput = CNX_RECORDS;
  static constexpr std::string_view kName = "http-sink";
  static constexpr std::string_view kDoc =
      "Sends the values of records as JSON arrays by HTTP POST, one request for each batch (batch.size); at least "
      "once.";
  static constexpr Key kKeys[] = {
      Key::string("url",
                  "Where to POST to; http or https, without a login in it. Messages show its host and port only.")
          .required()
          .secret(),
      Key::string("headers.*", "A header of every request, e.g. headers.Authorization; never shown.").secret(),
      Key::string("ssl.ca.location",
                  "PEM file with the CAs that sign the server's certificate; the system's when not set."),
      Key::integer("connect.timeout.ms", "The longest that connecting may take.")
          .with_default("10000")
          .with_unit("ms")
          .range(1, 600'000),
      Key::integer("request.timeout.ms", "The longest that one request may take; after it the batch is sent again.")
          .with_default("60000")
          .with_unit("ms")
          .range(1, 3'600'000),
  };

  static Result<std::unique_ptr<HttpSink>> create(Host host, const Config& config);
  static void validate(const Config& config, Findings& findings);
  /// Whether the server can be reached and its certificate is trusted; no request is made.
  static Status preflight(Host host, const Config& config, std::span<const BatchView> shapes, Findings& findings);

  Status start() override { return {}; }
  Status write(const BatchView& batch, const Selection& rows, Rejects& rejects) override;
  void cancel() noexcept override { client_->cancel(); }

 private:
  explicit HttpSink(std::unique_ptr<HttpClient> client) : client_(std::move(client)) {}
  /// The values that are JSON, as an array in body_; how many are not, which are rejected.
  std::size_t fill(const BatchView& batch, const Selection& rows, Rejects& rejects);
  [[nodiscard]] Status judge(const Answer& answer) const;

  const std::unique_ptr<HttpClient> client_;
  JsonCheck json_;
  std::string body_;  // reused
};

}  // namespace cnx::http_sink
