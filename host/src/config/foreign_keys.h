// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cnx::host::config {

/// What to do with a key of Kafka Connect or its JDBC sink that has no meaning here; nullptr: not such a key.
[[nodiscard]] const char* mend_of_foreign_key(std::string_view name);

}  // namespace cnx::host::config
