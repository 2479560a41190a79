// SPDX-License-Identifier: Apache-2.0
//
// Internal: what a broker's port speaks.
#pragma once

#include <string_view>

namespace cnx::host::kafka {

enum class ListenerKind { kUnknown, kPlain, kTls };

/// Sends an ApiVersions request in plain text to "host:port" and looks at the first bytes of the answer: Kafka's own,
/// or a TLS alert. Nothing secret is sent. Blocks for `timeout_ms` at most in each of name look-up's end, connect and
/// read; unreachable is kUnknown. [any thread]
[[nodiscard]] ListenerKind probe_listener(std::string_view broker, int timeout_ms);

}  // namespace cnx::host::kafka
