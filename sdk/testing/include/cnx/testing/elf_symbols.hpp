// SPDX-License-Identifier: Apache-2.0
//
// What a shared library exports, read from the file, so that a check needs neither nm nor loading it.
#pragma once

#include <cxxabi.h>
#include <elf.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace cnx::testing {

namespace detail {
template <class T>
T read_at(const std::string& file, std::size_t at) {
  if (at > file.size() || file.size() - at < sizeof(T)) throw std::runtime_error("an ELF table lies outside the file");
  T value;
  std::memcpy(&value, file.data() + at, sizeof value);
  return value;
}
}  // namespace detail

/// A symbol as it stands in the source: C++ names are mangled.
inline std::string readable(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status),
                                                    &std::free);
  return name ? std::string(name.get()) : symbol;
}

/// Names of the symbols that a 64-bit ELF library defines for others (`nm -D --defined-only`). Throws
/// std::runtime_error when the file cannot be read or is none.
inline std::vector<std::string> exported_symbols(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(in), {}};
  const auto header = detail::read_at<Elf64_Ehdr>(file, 0);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
    throw std::runtime_error(path + " is no 64-bit ELF file");
  const auto section = [&](std::size_t i) {
    return detail::read_at<Elf64_Shdr>(file, header.e_shoff + i * header.e_shentsize);
  };
  std::vector<std::string> names;
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    const Elf64_Shdr symbols = section(i);
    if (symbols.sh_type != SHT_DYNSYM || symbols.sh_entsize == 0) continue;
    const Elf64_Shdr strings = section(symbols.sh_link);
    for (std::size_t at = 0; at < symbols.sh_size; at += symbols.sh_entsize) {
      const auto symbol = detail::read_at<Elf64_Sym>(file, symbols.sh_offset + at);
      const unsigned binding = ELF64_ST_BIND(symbol.st_info);
      if (symbol.st_shndx == SHN_UNDEF || binding == STB_LOCAL) continue;
      const std::size_t name = strings.sh_offset + symbol.st_name;
      if (name >= file.size()) throw std::runtime_error("an ELF string lies outside the file");
      names.emplace_back(file.c_str() + name);
    }
  }
  return names;
}

}  // namespace cnx::testing
