// SPDX-License-Identifier: Apache-2.0
//
// Batches of plugins in the host's hands: owned, checked once, released once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cnx/batch.hpp"
#include "cnx/result.hpp"

namespace cnx::host::plugin {

/// A batch that somebody made and that we release. Movable; moves between threads, as release is [any].
class OwnedBatch {
 public:
  OwnedBatch() = default;
  explicit OwnedBatch(cnx_batch* raw) : raw_(raw) {}
  OwnedBatch(OwnedBatch&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
  OwnedBatch& operator=(OwnedBatch&& other) noexcept {
    if (this != &other) {
      reset();
      raw_ = std::exchange(other.raw_, nullptr);
    }
    return *this;
  }
  ~OwnedBatch() { reset(); }

  explicit operator bool() const { return raw_ != nullptr; }
  [[nodiscard]] const cnx_batch& raw() const { return *raw_; }
  [[nodiscard]] BatchView view() const { return BatchView(*raw_); }
  /// Gives memory back to the maker now.
  void reset();

 private:
  cnx_batch* raw_ = nullptr;
};

/// Whether the tables of a batch that a plugin made hold together: kind, strides, pointers, column types, and every
/// origin at most `last_origin` (transforms; origins of sources are not looked at). The error (FATAL) says what is
/// wrong.
[[nodiscard]] Status check_batch(const cnx_batch& batch, cnx_batch_kind expected);
[[nodiscard]] Status check_origins(const cnx_batch& batch, std::uint32_t last_origin);
/// The same for a schema: a batch of no rows, which nobody releases.
[[nodiscard]] Status check_shape(const cnx_batch& shape);

/// What a batch takes in memory, about: values, origins, headers and texts. Texts in the input count here, too.
[[nodiscard]] std::uint64_t bytes_of(const cnx_batch& rows);

/// A copy of a row schema: name of the table and columns without values. Moves keep batch() valid.
class RowShape {
 public:
  explicit RowShape(const cnx_batch& shape);
  RowShape(RowShape&&) noexcept = default;
  RowShape& operator=(RowShape&&) noexcept = default;

  /// The shape as a batch of no rows.
  [[nodiscard]] const cnx_batch& batch() const;
  [[nodiscard]] BatchView view() const { return BatchView(batch()); }

 private:
  struct Data;
  struct Delete {
    void operator()(Data* data) const;
  };
  std::unique_ptr<Data, Delete> data_;
};

}  // namespace cnx::host::plugin
