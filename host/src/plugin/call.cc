// SPDX-License-Identifier: Apache-2.0
#include "plugin/call.h"

#include <fmt/format.h>

#include <algorithm>

namespace cnx::host::plugin {

CallError::CallError() {
  raw_.struct_size = sizeof raw_;
  raw_.ctx = this;
  raw_.set_message = [](void* ctx, cnx_str message) {
    auto& self = *static_cast<CallError*>(ctx);
    callback(self.lost_, [&] { self.message_ = view(message); });
  };
}

Status CallError::status(cnx_status returned, const Component& component, std::string_view call) const {
  if (returned == CNX_OK) return {};
  if (returned < CNX_OK || returned > CNX_END) {
    return broken_contract(
        component, call,
        fmt::format("returned the status {}, which is none of ABI {}.{}{}{}", returned, CNX_ABI_CURRENT / 1000,
                    CNX_ABI_CURRENT % 1000, message_.empty() ? "" : "; its message: ", message_));
  }
  if (returned == CNX_END) return broken_contract(component, call, "returned END, which only a source's poll may");
  Error error{static_cast<Action>(returned), message_, raw_.native_code,
              std::max<std::int64_t>(raw_.retry_after_ms, 0)};
  if (error.message.empty()) {
    error.message = fmt::format("{}: {} of '{}' failed with {} and without a message{}", component.described(), call,
                                component.name, cnx::name_of(error.action), lost_ ? ": out of memory" : "");
  }
  return error;
}

ConfigArgument::ConfigArgument(const ConfigValues& values) {
  values_.reserve(values.size());
  for (const auto& [name, value] : values) values_.push_back({str(name), str(value)});
  raw_.struct_size = sizeof raw_;
  raw_.value_stride = sizeof(cnx_config_value);
  raw_.value_count = values_.size();
  raw_.values = values_.data();
}

Error broken_contract(const Component& component, std::string_view call, std::string_view fault) {
  return fatal_error(fmt::format("{}: {} of '{}' {}; this is a fault of the plugin", component.described(), call,
                                 component.name, fault));
}

}  // namespace cnx::host::plugin
