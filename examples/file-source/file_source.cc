// SPDX-License-Identifier: Apache-2.0
//
// Lines of a file as records. Shows what a source is made of: a config table, a position that is committed with the
// records, a bounded range, waiting that a stop ends.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "cnx/plugin.hpp"

namespace {

constexpr std::int64_t kChunkBytes = 256 * 1024;
constexpr std::int64_t kLookAgainMs = 200;  // how soon new lines are seen

class FileSource final : public cnx::Source {
 public:
  static constexpr std::string_view kName = "file-source";
  static constexpr std::string_view kDoc = "Sends each line of a file as a record.";
  static constexpr cnx::Key kKeys[] = {
      cnx::Key::string("path", "File to read.").required(),
      cnx::Key::string("topic", "Where its lines go.").required(),
      cnx::Key::boolean("follow", "Wait for more lines at the end of the file; false: end there.").with_default("true"),
      cnx::Key::integer("max.line.bytes", "A longer line fails the task.")
          .with_default("1048576")
          .with_unit("bytes")
          .range(1, 1 << 30),
  };

  static cnx::Result<std::unique_ptr<FileSource>> create(cnx::Host host, const cnx::Config& config) {
    if (host.task_count() > 1) return cnx::config_error("file-source reads one file in one task: set tasks.max to 1");
    return std::unique_ptr<FileSource>(new FileSource(host, config));
  }
  ~FileSource() override { stop(); }

  cnx::Result<cnx::SourcePlan> start(const cnx::SourceStart& from) override {
    CNX_TRY(open());
    CNX_ASSIGN(const std::int64_t size, file_size());
    cnx::SourcePlan plan;
    plan.title = path_ + " and what is added to it";
    if (!follow_) {
      end_ = unfinished_size(from).value_or(size);
      plan = {true, range_id(end_), path_ + ", " + std::to_string(end_) + " bytes"};
    }
    for (const cnx::Position& position : from.positions) {
      if (position.key == path_ && position.range_id == plan.range_id) offset_ = number(position.value.value_or("0"));
    }
    if (size < offset_) return shorter(size);
    return plan;
  }

  cnx::Result<bool> poll(std::int64_t deadline_ns, cnx::RecordBatch& out) override {
    while (!cancelled_) {
      CNX_ASSIGN(const std::int64_t next, read_lines(out));
      if (next != offset_) {
        offset_ = next;  // only now: lines of a failed poll have to come again
        out.set_position(path_, std::to_string(offset_));
        return true;
      }
      if (!follow_) return false;
      const std::int64_t left_ms = (deadline_ns - host_.monotonic_ns()) / 1'000'000;
      if (left_ms <= 0) return true;
      if (!host_.wait_ms(std::min(left_ms, kLookAgainMs))) break;
    }
    return cnx::cancelled_error();
  }

  void cancel() noexcept override { cancelled_ = true; }

  void stop() override {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  FileSource(cnx::Host host, const cnx::Config& config)
      : host_(host),
        path_(config.text("path")),
        topic_(config.text("topic")),
        follow_(config.boolean("follow")),
        max_line_bytes_(config.integer("max.line.bytes")) {}

  static std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }
  std::string range_id(std::int64_t size) const { return path_ + ":" + std::to_string(size); }
  cnx::Error failed(std::string_view action) const {
    const int code = errno;
    return cnx::retry_error(path_ + ": cannot " + std::string(action) + ": " + std::strerror(code), code);
  }
  cnx::Error shorter(std::int64_t size) const {
    return cnx::fatal_error(path_ + ": has " + std::to_string(size) + " bytes, but its lines were sent up to byte " +
                            std::to_string(offset_) +
                            ": another file has taken its place; run 'connect-host offsets reset' " +
                            "to read it from its start");
  }

  cnx::Status open() {
    fd_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0 && errno == EACCES) return cnx::config_error(failed("open it").message, EACCES);
    if (fd_ < 0) return failed("open it");
    struct stat info{};
    if (::fstat(fd_, &info) != 0) return failed("look at it");
    if (!S_ISREG(info.st_mode)) return cnx::config_error(path_ + ": is no regular file; path has to name one");
    return {};
  }
  cnx::Result<std::int64_t> file_size() const {
    struct stat info{};
    if (::fstat(fd_, &info) != 0) return failed("read its size");
    return static_cast<std::int64_t>(info.st_size);
  }

  /// The size at which a copy of this file began that was not finished.
  std::optional<std::int64_t> unfinished_size(const cnx::SourceStart& from) const {
    for (const cnx::KnownRange& range : from.ranges) {
      const auto colon = range.id.rfind(':');
      if (range.state == CNX_RANGE_DONE || colon == std::string::npos || range.id.substr(0, colon) != path_) continue;
      return number(std::string_view(range.id).substr(colon + 1));
    }
    return std::nullopt;
  }

  /// Adds the whole lines behind offset_ and returns where the next one begins; offset_ itself when there is none yet.
  cnx::Result<std::int64_t> read_lines(cnx::RecordBatch& out) {
    const std::int64_t most = std::max(kChunkBytes, max_line_bytes_ + 1);
    buffer_.resize(static_cast<std::size_t>(follow_ ? most : std::min(most, end_ - offset_)));
    const ssize_t got = ::pread(fd_, buffer_.data(), buffer_.size(), offset_);
    if (got < 0) return failed("read it");
    if (got == 0) {
      CNX_ASSIGN(const std::int64_t size, file_size());
      if (size < offset_ || (!follow_ && size < end_)) return shorter(size);
    }
    std::string_view rest(buffer_.data(), static_cast<std::size_t>(got));
    std::int64_t next = offset_;
    while (!rest.empty()) {
      const auto newline = rest.find('\n');
      const bool last_line = newline == std::string_view::npos && !follow_ && offset_ + got == end_;
      if (newline == std::string_view::npos && !last_line) break;
      const std::string_view line = rest.substr(0, newline);
      if (static_cast<std::int64_t>(line.size()) > max_line_bytes_) break;
      const std::size_t used = last_line ? line.size() : line.size() + 1;
      if (!line.empty()) out.add({.topic = topic_, .key = std::nullopt, .value = std::string(line)});
      next += static_cast<std::int64_t>(used);
      rest.remove_prefix(used);
    }
    if (next == offset_ && static_cast<std::int64_t>(rest.substr(0, rest.find('\n')).size()) > max_line_bytes_) {
      return cnx::fatal_error(path_ + ": the line at byte " + std::to_string(next) + " has more than " +
                              std::to_string(max_line_bytes_) + " bytes; raise max.line.bytes");
    }
    return next;
  }

  const cnx::Host host_;
  const std::string path_;
  const std::string topic_;
  const bool follow_;
  const std::int64_t max_line_bytes_;
  int fd_ = -1;
  std::int64_t offset_ = 0;  // where the next line begins
  std::int64_t end_ = 0;     // not following: where the range ends
  std::string buffer_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace

CNX_PLUGIN("file-source", "0.1.0", cnx::source<FileSource>())
