// SPDX-License-Identifier: Apache-2.0
//
// Batches as JSON lines on standard output. Shows what a sink is made of: it takes a batch and a choice of its rows,
// names the bad ones, and makes the rest durable when told to.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cnx/plugin.hpp"
#include "json_line.h"

namespace {

template <cnx_batch_kind kind>
class StdoutSink final : public cnx::Sink {
 public:
  static constexpr cnx_batch_kind kInput = kind;
  static constexpr std::string_view kName = kind == CNX_RECORDS ? "stdout-sink" : "stdout-rows-sink";
  static constexpr std::string_view kDoc = kind == CNX_RECORDS ? "Writes records as JSON lines to standard output."
                                                               : "Writes rows as JSON lines to standard output.";
  static constexpr std::array<cnx::Key, 0> kKeys{};

  static cnx::Result<std::unique_ptr<StdoutSink>> create(cnx::Host host, const cnx::Config&) {
    return std::unique_ptr<StdoutSink>(new StdoutSink(host));
  }

  cnx::Status start() override { return {}; }

  cnx::Status write(const cnx::BatchView& batch, const cnx::Selection& rows, cnx::Rejects& rejects) override {
    lines_.clear();
    std::size_t refused = 0;
    for (std::uint64_t i = 0; i < rows.size(); ++i) {
      if (const auto fault = append(batch, rows[i])) {
        rejects.reject(rows[i], fault->column, fault->message);
        ++refused;
      }
    }
    if (refused > 0)
      return cnx::record_error("standard output: " + std::to_string(refused) + " cannot be written as JSON");
    if (std::fwrite(lines_.data(), 1, lines_.size(), stdout) == lines_.size()) return {};
    return failed();
  }

  cnx::Status flush() override { return std::fflush(stdout) == 0 ? cnx::Status() : failed(); }

 private:
  explicit StdoutSink(cnx::Host host) : host_(host) {}

  std::optional<LineFault> append(const cnx::BatchView& batch, std::uint64_t row) {
    if constexpr (kind == CNX_RECORDS)
      return append_record(lines_, batch.record(row));
    else
      return append_row(lines_, batch, row, host_.now_us());
  }
  static cnx::Error failed() {
    const int code = errno;
    std::clearerr(stdout);
    return cnx::fatal_error(std::string("standard output: cannot write: ") + std::strerror(code), code);
  }

  const cnx::Host host_;
  std::string lines_;  // reused
};

}  // namespace

CNX_PLUGIN("stdout-sink", "0.1.0", cnx::sink<StdoutSink<CNX_RECORDS>>(), cnx::sink<StdoutSink<CNX_ROWS>>())
