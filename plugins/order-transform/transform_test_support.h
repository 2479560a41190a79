// SPDX-License-Identifier: Apache-2.0
//
// Running the transform in a test and looking at what came out, as text. For tests only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "order_transform.h"

namespace cnx::order_transform::test {

/// A record's value; absent: null.
using Payload = std::optional<std::string>;

/// A row by column name; absent: NULL. Integers and exact decimals as digits ("18.90"), times as "YYYY-MM-DD HH:MM:SS".
struct Row {
  std::uint32_t origin = 0;
  std::map<std::string, std::optional<std::string>, std::less<>> cells;
  std::vector<std::string> columns;  ///< in order

  /// The cell's text, "NULL" for a null; a column that does not exist fails the test.
  [[nodiscard]] std::string operator[](std::string_view column) const;
};

struct Rejected {
  std::uint32_t origin;
  std::string path;
  std::string column;
  std::string message;
  bool operator==(const Rejected&) const = default;
};

struct Filtered {
  std::uint32_t origin;
  std::string rule;
  std::string path;
  bool operator==(const Filtered&) const = default;
};

/// All that one apply gave. The rows are copies.
struct Applied {
  std::vector<Row> rows;
  std::vector<Rejected> rejected;
  std::vector<Filtered> filtered;
  std::size_t batches = 0;
};

/// A batch of records with origins 0, 1, 2 …; borrows the payloads.
class Records {
 public:
  explicit Records(const std::vector<Payload>& payloads);
  [[nodiscard]] const cnx_batch& batch() const { return batch_; }

 private:
  std::vector<cnx_record> records_;
  std::vector<std::uint32_t> origins_;
  cnx_batch batch_{};
};

/// What the transform put out, with the batches as they are; they are released with this object.
class Collector {
 public:
  Collector();
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  [[nodiscard]] Output output() { return Output(raw_); }
  [[nodiscard]] const std::vector<cnx_batch*>& batches() const { return batches_; }
  /// The caller releases them.
  [[nodiscard]] std::vector<cnx_batch*> take_batches() { return std::move(batches_); }
  [[nodiscard]] Applied applied() const;

 private:
  cnx_output raw_{};
  std::vector<cnx_batch*> batches_;
  std::vector<Rejected> rejected_;
  std::vector<Filtered> filtered_;
};

/// By the component's own create, as the host does it. Values are those of a validated configuration.
std::unique_ptr<OrderTransform> make_transform(const std::vector<std::pair<std::string, std::string>>& config = {});

Applied apply(OrderTransform& transform, const std::vector<Payload>& payloads);
/// By a fresh transform with default configuration.
Applied apply(const std::vector<Payload>& payloads);
Applied apply(const std::string& payload);

/// How many rows the short way alone gives, by one PlainOrder for all documents; 0: it leaves it to the long way. Fails
/// the test when it left a trace.
std::uint32_t plain_rows(const std::string& json);

/// An order of one line that fills every column.
extern const std::string kOrder;
/// kOrder with its only occurrence of `from` replaced; fails the test when there is not exactly one.
std::string order_with(std::string_view from, std::string_view to);

/// The content of a file below tests/testdata.
std::string testdata(std::string_view name);

}  // namespace cnx::order_transform::test
