// SPDX-License-Identifier: Apache-2.0
//
// What a plugin author derives from. Each class has static members that describe the component:
//   static constexpr std::string_view kName, kDoc;     // kName = connector.class or transforms.*.type
//   static constexpr cnx::Key kKeys[];                 // the config table
//   static cnx::Result<std::unique_ptr<T>> create(cnx::Host host, const cnx::Config& config);
//   static void validate(const cnx::Config&, cnx::Findings&);       // optional
// Optional features (abi/ext/); a class has one when it has the member:
//   for `check` (source, sink):
//     static Status preflight(Host, const Config&, std::span<const BatchView> shapes, Findings&);
//   for `init`, with preflight:
//     static Status init(Host, const Config&, std::span<const BatchView> shapes, Findings&);
//   for `preview` (sink):
//     static Status render(const Config&, const BatchView&, const Selection&, const StatementSink&);
//   a source that goes on before its acks, see abi/ext/source_ahead.h:
//     static constexpr bool kPollsAhead = true;
//   a transform:
//     Status shapes(const ShapeSink&);
//     static Status split(const Config&, std::string_view document, const PartSink&);
//   any other, by id:
//     static const void* extension(std::string_view id);
// plugin.hpp turns them into the plugin's table. Thread roles as in the C headers: the owner thread calls everything
// but cancel().
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/abi/ext/sink_marks.h"
#include "cnx/abi/ext/sink_offsets.h"
#include "cnx/abi/plugin.h"
#include "cnx/batch.hpp"
#include "cnx/config.hpp"
#include "cnx/host.hpp"
#include "cnx/record_batch.hpp"
#include "cnx/result.hpp"
#include "cnx/row_batch.hpp"

namespace cnx {

/// Gets one statement of a render.
using StatementSink = std::function<void(std::string_view sql)>;
/// Gets the shape of one table: a batch without rows (RowBatchPool::shape()), borrowed during the call.
using ShapeSink = std::function<void(const cnx_batch& shape)>;
/// Gets one part of a document, a view into it, and the JSON path where it stood.
using PartSink = std::function<void(std::string_view bytes, std::string_view path)>;

/// A bounded range known from earlier runs.
struct KnownRange {
  std::string id;
  cnx_range_state state = CNX_RANGE_NEW;
  std::int64_t updated_ms = 0;
};

struct SourceStart {
  std::vector<Position> positions;
  std::vector<KnownRange> ranges;
  bool again = false;
};

struct SourcePlan {
  bool bounded = false;
  std::string range_id;
  std::string title;
};

/// Something → records. See abi/source.h for lifecycle and meaning.
class Source {
 public:
  virtual ~Source() = default;
  virtual Result<SourcePlan> start(const SourceStart& from) = 0;
  /// True: there may be more. False: the bounded range is complete; `out` may hold its last records.
  /// After an error what was put into `out` is dropped, so it has to come again.
  virtual Result<bool> poll(std::int64_t deadline_ns, RecordBatch& out) = 0;
  virtual void acked() {}
  virtual void cancel() noexcept = 0;  // [any]
  virtual void stop() {}
};

/// Where a transform puts its results.
class Output {
 public:
  explicit Output(const cnx_output& raw) : raw_(raw) {}
  void emit(cnx_batch* batch) { raw_.emit(raw_.ctx, batch); }
  void reject(std::uint32_t origin, std::string_view path, std::string_view column, std::string_view message,
              std::int64_t native_code = 0) {
    raw_.reject(raw_.ctx, origin, str(path), column.empty() ? absent() : str(column), str(message), native_code);
  }
  void filter(std::uint32_t origin, std::string_view rule, std::string_view path) {
    raw_.filter(raw_.ctx, origin, str(rule), str(path));
  }

 private:
  const cnx_output& raw_;
};

/// One batch → any number. Also declares kInput and kOutput (CNX_RECORDS or CNX_ROWS).
class Transform {
 public:
  virtual ~Transform() = default;
  virtual Status apply(const BatchView& in, Output& out) = 0;
};

/// Batches → somewhere. Also declares kInput. See abi/sink.h.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual Status start() = 0;
  virtual Status prepare(const BatchView&) { return {}; }
  virtual Status write(const BatchView& batch, const Selection& rows, Rejects& rejects) = 0;
  virtual Status flush() { return {}; }
  virtual void idle() {}
  virtual void cancel() noexcept {}  // [any]
  virtual void stop() {}
};

/// A sink that keeps Kafka's offsets in the target, in the rows' transaction. See abi/ext/sink_offsets.h.
class OffsetSink : public Sink {
 public:
  /// `rows` in and out; text put into a row must live until the next call.
  virtual Status claim(const cnx_claimant& claimant, std::vector<cnx_offset_row>& rows) = 0;
  virtual Status begin(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) = 0;
  /// `unknown` is set when the answer was lost and outcome() has to be asked.
  virtual Status commit(bool& unknown) = 0;
  virtual void abort() = 0;
  virtual Result<cnx_outcome> outcome(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) = 0;
  virtual Status advance(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) = 0;
  virtual Status read(std::vector<cnx_offset_row>& rows) = 0;
  /// All rows of the connector.
  virtual Result<std::vector<cnx_offset_row>> read_all() = 0;
  virtual Status reset(std::span<const cnx_offset_row> rows) = 0;
};

/// An OffsetSink that keeps the marks of dead records, too. See abi/ext/sink_marks.h.
class MarkSink : public OffsetSink {
 public:
  virtual Status bury(std::span<const cnx_mark> marks) = 0;
  virtual Status begin_replay(std::span<cnx_mark_position> positions) = 0;
  virtual Status redeem(std::string_view replay, std::span<const cnx_mark> marks) = 0;
  virtual Result<cnx_outcome> replay_outcome(std::string_view replay, std::span<const cnx_mark> marks) = 0;
  virtual Status read_marks(std::span<cnx_mark> marks) = 0;
  virtual bool overwrites() = 0;
};

}  // namespace cnx
