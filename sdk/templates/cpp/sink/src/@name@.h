// Appends each value as a line to a file. The place to begin: replace write() and flush() by what your sink does.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "cnx/plugin.hpp"

class @Class@ final : public cnx::Sink {
 public:
  static constexpr cnx_batch_kind kInput = CNX_RECORDS;
  static constexpr std::string_view kName = "@name@";
  static constexpr std::string_view kDoc = "Appends values to a file, a line each.";
  static constexpr cnx::Key kKeys[] = {
      cnx::Key::string("path", "The file; made when it is missing.").required(),
  };

  static cnx::Result<std::unique_ptr<@Class@>> create(cnx::Host, const cnx::Config& config) {
    return std::unique_ptr<@Class@>(new @Class@(config.text("path")));
  }
  ~@Class@() override { stop(); }

  // Says what to do next: a folder that is missing may come, so this is tried again.
  cnx::Status start() override {
    if (file_ == nullptr) file_ = std::fopen(path_.c_str(), "ae");
    return file_ != nullptr ? cnx::Status() : cnx::Status(failed("open it"));
  }

  // Repeatable: the host may write parts of a batch again to find a bad record.
  cnx::Status write(const cnx::BatchView& batch, const cnx::Selection& rows, cnx::Rejects& rejects) override {
    std::string lines;
    std::size_t bad = 0;
    for (std::uint64_t i = 0; i < rows.size(); ++i) {
      const cnx_record& record = batch.record(rows[i]);
      if (cnx::is_absent(record.value)) {
        rejects.reject(rows[i], "", "the record has no value");
        ++bad;
        continue;
      }
      lines.append(cnx::view(record.value)).push_back('\n');
    }
    if (bad > 0) return cnx::record_error(path_ + ": " + std::to_string(bad) + " records have no value");
    return std::fwrite(lines.data(), 1, lines.size(), file_) == lines.size() ? cnx::Status() : cnx::Status(failed("write to it"));
  }

  // Only now may Kafka's offset move.
  cnx::Status flush() override {
    if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) return failed("make it durable");
    return {};
  }

  void stop() override {
    if (file_ != nullptr) std::fclose(file_);
    file_ = nullptr;
  }

 private:
  explicit @Class@(std::string path) : path_(std::move(path)) {}
  cnx::Error failed(std::string_view action) const {
    const int code = errno;
    return cnx::retry_error(path_ + ": cannot " + std::string(action) + ": " + std::strerror(code), code);
  }

  const std::string path_;
  std::FILE* file_ = nullptr;
};
