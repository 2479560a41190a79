// SPDX-License-Identifier: Apache-2.0
//
// Internal: why brokers cannot be talked to, where librdkafka only says that it cannot, and whether that will pass.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kafka/library.h"

namespace cnx::host::kafka {

/// How a client secures its connections.
struct ConnectionSecurity {
  std::string brokers;   ///< as configured
  std::string protocol;  ///< "plaintext", "ssl", "sasl_plaintext", "sasl_ssl"
  std::string identity;  ///< brokers and what else decides whether a connection comes about; no secret in it

  [[nodiscard]] static ConnectionSecurity of(const rd_kafka_conf_t& conf, std::string brokers);
  [[nodiscard]] bool uses_tls() const { return protocol.ends_with("ssl"); }
};

/// A broker has answered a client with these settings in this process. What fails after that is the network's fault or
/// the broker's; the same failure before is the configuration's. [any thread]
void note_proven(const ConnectionSecurity& security);
[[nodiscard]] bool is_proven(const ConnectionSecurity& security);

/// What is wrong with a certificate, and the mend, for an X509_V_ERR_* of OpenSSL (x509_vfy.h).
[[nodiscard]] std::string describe_certificate_fault(int x509_error);

/// True when librdkafka's `reason` tells that the broker ended the TLS handshake by an alert: it does not want us.
[[nodiscard]] bool is_tls_refusal(std::string_view reason);

/// Asks up to three of the brokers whether they speak TLS and says so, with the mend, when that is not what `security`
/// does; librdkafka only sees a connection that is closed. nullopt: no answer, or all is well. Takes up to 3 s.
[[nodiscard]] std::optional<std::string> find_protocol_mismatch(const ConnectionSecurity& security);

}  // namespace cnx::host::kafka
