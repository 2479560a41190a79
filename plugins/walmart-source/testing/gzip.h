// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libdeflate.h>

#include <string>
#include <string_view>

namespace walmart::testing {

/// `text` as one member of gzip. For tests only.
inline std::string gzip(std::string_view text) {
  libdeflate_compressor* const compressor = libdeflate_alloc_compressor(1);
  std::string packed(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  packed.resize(libdeflate_gzip_compress(compressor, text.data(), text.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(compressor);
  return packed;
}

}  // namespace walmart::testing
