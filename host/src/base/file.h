// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "cnx/result.hpp"

namespace cnx::host {

/// Words for an errno: "No such file or directory". [any thread]
[[nodiscard]] std::string errno_text(int number);

/// A whole regular file (or pipe). Refuses directories and more than `most_bytes`. The error (CONFIG) names the path
/// and the cause, without a prefix.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t most_bytes);

}  // namespace cnx::host
