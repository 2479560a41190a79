// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "config/problem.h"

namespace cnx::host::config {

/// Line and column of a byte of `text`; `offset` may be its size.
[[nodiscard]] Place place_at(std::string_view text, std::size_t offset, const std::string& source);

/// UTF-8 without NUL; otherwise notes the first place that is not.
[[nodiscard]] bool is_clean_text(std::string_view text, const std::string& source, Problems& problems);

}  // namespace cnx::host::config
