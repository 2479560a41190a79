// SPDX-License-Identifier: Apache-2.0
#include "config/worker_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "config/settings.h"

namespace cnx::host::config {
namespace {

/// The broker takes these only for group.instance.id, of which worker.id becomes a part.
bool is_legal_id(std::string_view text) {
  return !text.empty() && text.size() <= 80 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

void refuse(const ResolvedConfig& worker, std::string_view key, std::string_view cause, std::string_view mend,
            Problems& problems) {
  problems.add(worker.place_of(key), fmt::format("worker.{}", key), cause, mend);
}

bool is_set(const ResolvedConfig& worker, std::string_view key) {
  const ResolvedValue* value = worker.find(key);
  return value != nullptr && !value->is_default;
}

/// Both or neither.
void check_pair(const ResolvedConfig& worker, std::string_view one, std::string_view other, Problems& problems) {
  if (is_set(worker, one) && !is_set(worker, other)) {
    refuse(worker, one, fmt::format("it is set without {}", other), fmt::format("set {}, too", other), problems);
  }
}

void check_kafka_security(const ResolvedConfig& worker, Problems& problems) {
  const std::string& protocol = worker.text("security.protocol");
  const bool logs_in = protocol.starts_with("SASL_");
  const bool uses_tls = protocol.ends_with("SSL");
  for (const char* key : {"sasl.mechanism", "sasl.username", "sasl.password"}) {
    if (logs_in && !is_set(worker, key)) {
      refuse(worker, key, fmt::format("is missing, and security.protocol is {}", protocol), "set it", problems);
    } else if (!logs_in && is_set(worker, key)) {
      refuse(worker, key, fmt::format("it is set, but security.protocol is {}, which has no login", protocol),
             "set security.protocol: SASL_SSL", problems);
    }
  }
  for (const char* key : {"ssl.ca.location", "ssl.endpoint.identification.algorithm", "ssl.certificate.location",
                          "ssl.key.location", "ssl.key.password"}) {
    if (!uses_tls && is_set(worker, key)) {
      refuse(worker, key, fmt::format("it is set, but security.protocol is {}, which is plain text", protocol),
             logs_in ? "set security.protocol: SASL_SSL" : "set security.protocol: SSL", problems);
    }
  }
  check_pair(worker, "ssl.certificate.location", "ssl.key.location", problems);
  check_pair(worker, "ssl.key.location", "ssl.certificate.location", problems);
  check_pair(worker, "ssl.key.password", "ssl.key.location", problems);
}

constexpr std::size_t kShortestToken = 16;
constexpr const char* kCertificateKeys[] = {"listeners.https.ssl.certificate.location",
                                            "listeners.https.ssl.key.location"};

void check_logins(const ResolvedConfig& worker, Problems& problems) {
  check_pair(worker, "listeners.basic.username", "listeners.basic.password", problems);
  check_pair(worker, "listeners.basic.password", "listeners.basic.username", problems);
  if (worker.text("listeners.basic.username").find(':') != std::string::npos) {
    refuse(worker, "listeners.basic.username", "it holds a ':', which ends the name in basic logins", "choose another",
           problems);
  }
  const ResolvedValue* token = worker.find("listeners.bearer.token");
  if (token != nullptr && !token->unresolved && token->value.size() < kShortestToken) {
    refuse(worker, "listeners.bearer.token", "it can be guessed: it has fewer than 16 characters",
           "make one with 'openssl rand -hex 16'", problems);
  }
}

void check_listener(const ResolvedConfig& worker, Problems& problems) {
  check_logins(worker, problems);
  const std::string& text = worker.text("listeners");
  const std::optional<Listener> listener = parse_listener(text);
  if (!text.empty() && !listener) {
    refuse(worker, "listeners", fmt::format("'{}' is no listener", text),
           "write one http://HOST:PORT or https://HOST:PORT, as http://127.0.0.1:8083", problems);
  }
  if (!listener) return;
  for (const char* key : kCertificateKeys) {
    if (listener->tls && !is_set(worker, key)) {
      refuse(worker, key, "is missing, and the listener is https", "name a PEM file", problems);
    } else if (!listener->tls && is_set(worker, key)) {
      refuse(worker, key, "it is set, but the listener is http", "write listeners: https://…", problems);
    }
  }
  const bool has_login = is_set(worker, "listeners.basic.username") || is_set(worker, "listeners.bearer.token");
  if (!listener->is_loopback() && !has_login && !worker.boolean("listeners.anonymous")) {
    refuse(
        worker, "listeners", fmt::format("other machines can reach {}, and there is no login", text),
        "set listeners.bearer.token (or listeners.basic.username and listeners.basic.password), listen on 127.0.0.1, "
        "or set listeners.anonymous: true",
        problems);
  }
}

void add_listener_weaknesses(const ResolvedConfig& worker, std::vector<Weakness>& found) {
  const std::optional<Listener> listener = parse_listener(worker.text("listeners"));
  if (!listener || listener->is_loopback()) return;
  if (worker.boolean("listeners.anonymous")) {
    found.push_back({"worker.listeners.anonymous",
                     "everyone who reaches the listener sees status and metrics, and pauses and stops connectors",
                     "set listeners.bearer.token"});
  } else if (!listener->tls) {
    found.push_back({"worker.listeners", "the login crosses the network in plain text", "write https://…"});
  }
}

}  // namespace

void check_worker_rules(const ResolvedConfig& worker, Problems& problems) {
  check_listener(worker, problems);
  const ResolvedValue* id = worker.find("worker.id");
  if (id != nullptr && !id->unresolved && !is_legal_id(id->value)) {
    refuse(worker, "worker.id", fmt::format("'{}' is no worker id", id->value),
           "use letters, digits, '.', '_' and '-', at most 80", problems);
  }
  check_kafka_security(worker, problems);
}

std::vector<Weakness> weaknesses_of(const ResolvedConfig& worker) {
  std::vector<Weakness> found;
  if (worker.text("security.protocol") == "SASL_PLAINTEXT") {
    found.push_back({"worker.security.protocol",
                     worker.text("sasl.mechanism") == "PLAIN"
                         ? "the password and all records cross the network in plain text"
                         : "all records cross the network in plain text",
                     "use the broker's SASL_SSL listener"});
  }
  if (worker.text("ssl.endpoint.identification.algorithm") == "none") {
    found.push_back({"worker.ssl.endpoint.identification.algorithm",
                     "any server with a certificate of a trusted CA is taken for a broker", "set https"});
  }
  add_listener_weaknesses(worker, found);
  return found;
}

}  // namespace cnx::host::config
