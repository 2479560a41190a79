// SPDX-License-Identifier: Apache-2.0
#include "base/random_id.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <span>

#include "base/log.h"

namespace cnx::host {
namespace {

void fill_random(std::span<unsigned char> bytes) {
  if (::getentropy(bytes.data(), bytes.size()) == 0) return;
  // Ids fence other workers: a guessable or repeated one could let two owners write, so there is no second best.
  log::error("base", "the kernel gives no random bytes (getentropy failed)");
  std::abort();
}

void append_hex(std::string& out, unsigned char byte) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 0x0f];
}

}  // namespace

std::string random_hex(std::size_t bytes) {
  std::array<unsigned char, 256> raw;
  const auto used = std::span(raw).first(bytes < raw.size() ? bytes : raw.size());
  fill_random(used);
  std::string out;
  out.reserve(used.size() * 2);
  for (const unsigned char byte : used) append_hex(out, byte);
  return out;
}

std::string random_uuid() {
  std::array<unsigned char, 16> raw;
  fill_random(raw);
  raw[6] = static_cast<unsigned char>((raw[6] & 0x0f) | 0x40);  // version 4
  raw[8] = static_cast<unsigned char>((raw[8] & 0x3f) | 0x80);  // variant of the RFC
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    append_hex(out, raw[i]);
  }
  return out;
}

}  // namespace cnx::host
