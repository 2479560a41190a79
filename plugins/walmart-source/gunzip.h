// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace walmart {

enum class Gunzip {
  kDone,
  kDamaged,   ///< no gzip, cut off, spoilt on the way, or with something behind its end
  kTooLarge,  ///< more comes out than may
};

/// Unpacks gzip (RFC 1952: one member, or several in a row) into `out`, at most `most` bytes. Memory is taken by what
/// the data say of their size, but no more than gzip can make of so few bytes. After a failure `out` holds nothing of
/// use. Throws std::bad_alloc.
[[nodiscard]] Gunzip gunzip(std::string_view packed, std::size_t most, std::string& out);

}  // namespace walmart
