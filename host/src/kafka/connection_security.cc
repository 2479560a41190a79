// SPDX-License-Identifier: Apache-2.0
#include "kafka/connection_security.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <mutex>
#include <set>

#include "base/strings.h"
#include "kafka/listener_probe.h"

namespace cnx::host::kafka {
namespace {

constexpr std::size_t kMostProbes = 3;
constexpr int kProbeMs = 500;

struct CertificateFault {
  int error;  // X509_V_ERR_* of OpenSSL's x509_vfy.h
  const char* text;
};

constexpr const char* kUntrusted =
    "the broker's certificate is signed by none of the CAs that this host trusts; point ssl.ca.location to the CA that "
    "signed it";
constexpr const char* kWrongName =
    "the broker's certificate is for another host name; use a name or address that stands in the certificate in "
    "bootstrap.servers and the broker's advertised.listeners";

constexpr CertificateFault kCertificateFaults[] = {
    {9, "the broker's certificate is not valid yet; compare the clocks of this machine and of who made it"},
    {10, "the broker's certificate has expired; renew it"},
    {18, kUntrusted},  // self-signed
    {19, kUntrusted},  // a self-signed one in its chain
    {20, kUntrusted},  // issuer not found
    {21, kUntrusted},  // first certificate not verified
    {23, "the broker's certificate is revoked; give the broker a new one"},
    {26, "the broker's certificate is not for servers; give it the extended key usage serverAuth"},
    {62, kWrongName},
    {64, kWrongName},  // the same for an address
};

std::string value_of(const rd_kafka_conf_t& conf, const char* name) {
  std::array<char, 1024> text{};
  std::size_t size = text.size();
  return rd_kafka_conf_get(&conf, name, text.data(), &size) == RD_KAFKA_CONF_OK ? text.data() : "";
}

struct Proofs {
  std::mutex mutex;
  std::set<std::string> identities;  // guarded by mutex
};

Proofs& proofs() {
  static Proofs* const all = new Proofs;  // never destroyed: clients may end while statics die
  return *all;
}

}  // namespace

ConnectionSecurity ConnectionSecurity::of(const rd_kafka_conf_t& conf, std::string brokers) {
  ConnectionSecurity security;
  security.protocol = value_of(conf, "security.protocol");
  security.identity = brokers + '\n' + security.protocol;
  for (const char* name : {"ssl.ca.location", "ssl.certificate.location", "ssl.key.location", "ssl.keystore.location",
                           "ssl.endpoint.identification.algorithm", "sasl.mechanism"}) {
    security.identity += '\n' + value_of(conf, name);
  }
  security.brokers = std::move(brokers);
  return security;
}

void note_proven(const ConnectionSecurity& security) {
  const std::lock_guard lock(proofs().mutex);
  proofs().identities.insert(security.identity);
}

bool is_proven(const ConnectionSecurity& security) {
  const std::lock_guard lock(proofs().mutex);
  return proofs().identities.contains(security.identity);
}

std::string describe_certificate_fault(int x509_error) {
  const auto* known = std::ranges::find(kCertificateFaults, x509_error, &CertificateFault::error);
  if (known != std::end(kCertificateFaults)) return known->text;
  return fmt::format(
      "the broker's certificate is not accepted (OpenSSL's verification error {}); look at it with "
      "'openssl x509 -text'",
      x509_error);
}

bool is_tls_refusal(std::string_view reason) { return reason.find("SSL alert number") != std::string_view::npos; }

std::optional<std::string> find_protocol_mismatch(const ConnectionSecurity& security) {
  std::vector<std::string> brokers = split_list(security.brokers);
  if (brokers.size() > kMostProbes) brokers.resize(kMostProbes);
  for (std::string_view broker : brokers) {
    if (const auto scheme = broker.find("://"); scheme != std::string_view::npos) broker.remove_prefix(scheme + 3);
    const ListenerKind kind = probe_listener(broker, kProbeMs);
    const bool mismatch = kind == (security.uses_tls() ? ListenerKind::kPlain : ListenerKind::kTls);
    if (!mismatch) continue;
    return fmt::format("{} speaks {}, but security.protocol is {}; set security.protocol: {}", broker,
                       security.uses_tls() ? "plain text" : "TLS", to_upper(security.protocol),
                       security.uses_tls()
                           ? "PLAINTEXT (or SASL_PLAINTEXT, if it asks for a login), or use the port of "
                             "its TLS listener"
                           : "SSL (or SASL_SSL, if it asks for a login)");
  }
  return std::nullopt;
}

}  // namespace cnx::host::kafka
