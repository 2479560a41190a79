// SPDX-License-Identifier: Apache-2.0
#include "gunzip.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <new>

namespace walmart {
namespace {

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* it) const { libdeflate_free_decompressor(it); }
};
using Decompressor = std::unique_ptr<libdeflate_decompressor, FreeDecompressor>;

/// Deflate packs up to 258 bytes in two bits.
constexpr std::size_t kBestRatio = 1032;
constexpr std::size_t kLeastGrowth = 4096;

/// The last four bytes of a member are its size unpacked, the lowest first.
std::size_t told_size(std::string_view packed) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4 && i < packed.size(); ++i)
    size = size << 8U | static_cast<unsigned char>(packed[packed.size() - 1 - i]);
  return size;
}

}  // namespace

Gunzip gunzip(std::string_view packed, std::size_t most, std::string& out) {
  const Decompressor decompressor(libdeflate_alloc_decompressor());
  if (!decompressor) throw std::bad_alloc();
  out.resize(std::min({told_size(packed), packed.size() * kBestRatio, most}));
  std::size_t done = 0;
  do {
    std::size_t taken = 0, made = 0;
    switch (libdeflate_gzip_decompress_ex(decompressor.get(), packed.data(), packed.size(), out.data() + done,
                                          out.size() - done, &taken, &made)) {
      case LIBDEFLATE_SUCCESS:
        packed.remove_prefix(taken);
        done += made;
        break;
      case LIBDEFLATE_INSUFFICIENT_SPACE:  // what was told was the last member's size alone
        if (out.size() == most) return Gunzip::kTooLarge;
        out.resize(std::min(most, std::max(2 * out.size(), kLeastGrowth)));
        break;
      default:
        return Gunzip::kDamaged;
    }
  } while (!packed.empty());
  out.resize(done);
  return Gunzip::kDone;
}

}  // namespace walmart
