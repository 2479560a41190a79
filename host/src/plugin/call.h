// SPDX-License-Identifier: Apache-2.0
//
// Calling through the C tables: config and errors in the ABI's form and back. Private to this module.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/abi/config.h"
#include "cnx/result.hpp"
#include "cnx/text.hpp"
#include "plugin/component.h"

namespace cnx::host::plugin {

/// A function of the host that C code calls: whatever it throws ends here, since no exception may cross the border.
/// There is only memory exhaustion to be feared; `lost` remembers it for the end of the call.
template <class Call>
void callback(bool& lost, Call&& call) noexcept {
  try {
    call();
  } catch (...) {
    lost = true;
  }
}

/// The error slot of one call. Not movable: the plugin's setter points into it.
class CallError {
 public:
  CallError();
  CallError(const CallError&) = delete;
  CallError& operator=(const CallError&) = delete;

  [[nodiscard]] cnx_error* slot() { return &raw_; }

  /// What a call returned, as a Status. A status this host does not know, or an error without a message, becomes a
  /// message that names plugin and call; so does END, which only poll may return.
  [[nodiscard]] Status status(cnx_status returned, const Component& component, std::string_view call) const;

 private:
  cnx_error raw_{};
  std::string message_;
  bool lost_ = false;
};

/// ConfigValues as the ABI's table; borrows the values.
class ConfigArgument {
 public:
  explicit ConfigArgument(const ConfigValues& values);
  ConfigArgument(const ConfigArgument&) = delete;
  ConfigArgument& operator=(const ConfigArgument&) = delete;
  [[nodiscard]] const cnx_config* get() const { return &raw_; }

 private:
  std::vector<cnx_config_value> values_;
  cnx_config raw_{};
};

/// A FATAL error about a plugin that broke the contract: "plugin … : <call> of '<component>' <fault>; …".
[[nodiscard]] Error broken_contract(const Component& component, std::string_view call, std::string_view fault);

[[nodiscard]] inline std::optional<std::string> optional_text(cnx_str text) {
  return is_absent(text) ? std::nullopt : std::optional<std::string>(view(text));
}
[[nodiscard]] inline cnx_str borrow(const std::optional<std::string>& text) { return text ? str(*text) : absent(); }

}  // namespace cnx::host::plugin
