// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace cnx::host {

/// `bytes` bytes (at most 256) of the kernel's randomness as lower-case hex, twice as many characters. [any thread]
[[nodiscard]] std::string random_hex(std::size_t bytes);

/// A random UUID (RFC 9562, version 4): "f81d4fae-7dec-41d0-a765-00a0c91e6bf6". [any thread]
[[nodiscard]] std::string random_uuid();

}  // namespace cnx::host
