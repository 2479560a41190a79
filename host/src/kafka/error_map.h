// SPDX-License-Identifier: Apache-2.0
//
// Internal: librdkafka's errors → ours, in one table.
#pragma once

#include <string_view>

#include "cnx/result.hpp"
#include "kafka/library.h"

namespace cnx::host::kafka {

/// What to do about `code`; FATAL for codes that the table does not know.
[[nodiscard]] Action action_of(rd_kafka_resp_err_t code);

/// "<object>: <reason> (<CODE>); <mend>". `object` says what was tried on what; `reason` is librdkafka's own text,
/// where it has one for this case. The native code is librdkafka's.
[[nodiscard]] Error to_error(rd_kafka_resp_err_t code, std::string_view object, std::string_view reason = {});

/// The same from an error object. Its fatal flag makes FATAL of what would be RETRY, its retriable flag RETRY of what
/// the table does not know.
[[nodiscard]] Error to_error(const rd_kafka_error_t& error, std::string_view object);

}  // namespace cnx::host::kafka
