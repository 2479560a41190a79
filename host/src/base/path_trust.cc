// SPDX-License-Identifier: Apache-2.0
#include "base/path_trust.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace cnx::host {
namespace {

namespace fs = std::filesystem;

bool is_writable_by_everyone(const struct stat& info) { return (info.st_mode & S_IWOTH) != 0; }

bool is_ours(const struct stat& info) { return info.st_uid == 0 || info.st_uid == ::geteuid(); }

std::string writable(const fs::path& path) {
  return fmt::format("everybody may write to {}; take the right away: chmod o-w {}", path.string(), path.string());
}

}  // namespace

std::optional<std::string> describe_foreign_writers(const std::string& path) {
  std::error_code error;
  fs::path at = fs::canonical(path, error);
  struct stat entry{};
  if (error || ::stat(at.c_str(), &entry) != 0) return std::nullopt;
  if (is_writable_by_everyone(entry)) return writable(at);
  for (; at != at.root_path(); at = at.parent_path()) {
    const fs::path folder = at.parent_path();
    struct stat above{};
    if (::stat(folder.c_str(), &above) != 0) return std::nullopt;
    if (is_writable_by_everyone(above)) {
      if ((above.st_mode & S_ISVTX) == 0) return writable(folder);
      if (!is_ours(entry)) {
        return fmt::format("everybody may make files in {}, and {} belongs to user {}; move it elsewhere",
                           folder.string(), at.string(), entry.st_uid);
      }
    }
    entry = above;
  }
  return std::nullopt;
}

EveryonesRights rights_of_everyone(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
  return {(info.st_mode & S_IROTH) != 0, (info.st_mode & S_IWOTH) != 0};
}

}  // namespace cnx::host
