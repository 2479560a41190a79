// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace cnx::host {

std::string errno_text(int number) { return std::generic_category().message(number); }

namespace {

Error cannot_read(const std::string& path, int number) {
  return config_error(fmt::format("cannot read {}: {}", path, errno_text(number)), number);
}

Result<std::string> read_all(int fd, const std::string& path, std::size_t most_bytes) {
  std::string text;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(path, errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > most_bytes) {
      return config_error(fmt::format("cannot read {}: it has more than {} bytes", path, most_bytes));
    }
  }
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t most_bytes) {
  if (path.find('\0') != std::string::npos) return config_error("cannot read a path that holds a NUL character");
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return cannot_read(path, errno);
  Result<std::string> text = read_all(fd, path, most_bytes);
  ::close(fd);
  return text;
}

}  // namespace cnx::host
