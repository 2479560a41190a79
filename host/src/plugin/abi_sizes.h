// SPDX-License-Identifier: Apache-2.0
//
// What ABI 1.0 has of each table that may grow. sizeof is that of the present headers: a plugin made with older ones
// does not reach so far, and is as good.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "cnx/abi/plugin.h"

namespace cnx::host::plugin {

/// Bytes up to the end of the last member of 1.0. Tables without a line below are frozen as they are (those of
/// abi/ext).
template <class T>
inline constexpr std::uint32_t kLeastBytes = sizeof(T);

#define CNX_LAST_OF_1_0(type, member) \
  template <>                         \
  inline constexpr std::uint32_t kLeastBytes<type> = offsetof(type, member) + sizeof(type::member)
CNX_LAST_OF_1_0(cnx_plugin, components);
CNX_LAST_OF_1_0(cnx_component, extension);
CNX_LAST_OF_1_0(cnx_config_key, flag);
CNX_LAST_OF_1_0(cnx_source, stop);
CNX_LAST_OF_1_0(cnx_transform, apply);
CNX_LAST_OF_1_0(cnx_sink, stop);
CNX_LAST_OF_1_0(cnx_batch, release);
CNX_LAST_OF_1_0(cnx_record, headers);
CNX_LAST_OF_1_0(cnx_column, values);
CNX_LAST_OF_1_0(cnx_position, range_id);
#undef CNX_LAST_OF_1_0

/// A copy of an element of a plugin's array; what its maker did not know is zero.
template <class T>
T copy_of(const T& element, std::uint32_t stride) {
  T copy{};
  std::memcpy(&copy, &element, std::min<std::size_t>(stride, sizeof copy));
  return copy;
}

}  // namespace cnx::host::plugin
