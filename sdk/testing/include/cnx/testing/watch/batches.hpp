// SPDX-License-Identifier: Apache-2.0
//
// Batches that a plugin has handed over: sound, and released exactly once.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "cnx/abi/source.h"
#include "cnx/batch.hpp"
#include "cnx/testing/watch/life.hpp"

namespace cnx::testing::watch {

/// Neither records nor positions: nothing to commit, so no ack is due.
inline bool is_empty(const cnx_source_batch& batch) {
  return batch.records == nullptr || (batch.records->count == 0 && batch.position_count == 0);
}

/// All batches of the process that are not released yet. Thread-safe: any thread may release.
class BatchBook {
 public:
  static BatchBook& instance() {
    static auto* const book = new BatchBook;  // plugins may release at the process's end
    return *book;
  }

  /// Sees to it that its release is noticed. False: it is out already, so it must not be handed on.
  bool hand_out(cnx_batch& batch, Breaches& breaches) {
    const std::lock_guard lock(mutex_);
    if (!out_.emplace(&batch, Entry{batch.release, &breaches}).second) return false;
    batch.release = &BatchBook::released;
    return true;
  }
  /// How many are handed out and not released.
  [[nodiscard]] std::size_t out() const {
    const std::lock_guard lock(mutex_);
    return out_.size();
  }

 private:
  struct Entry {
    void (*release)(cnx_batch*);
    Breaches* breaches;
  };

  static void released(cnx_batch* batch) {
    BatchBook& book = instance();
    Entry entry{};
    {
      const std::lock_guard lock(book.mutex_);
      const auto found = book.out_.find(batch);
      if (found == book.out_.end()) {
        if (book.last_ != nullptr) book.last_->add(Side::kHost, "release", "was called twice for one batch");
        return;
      }
      entry = found->second;
      book.last_ = entry.breaches;
      book.out_.erase(found);
    }
    batch->release = entry.release;
    entry.release(batch);
  }

  mutable std::mutex mutex_;
  std::map<const cnx_batch*, Entry> out_;  // guarded by mutex_
  Breaches* last_ = nullptr;               // guarded by mutex_
};

namespace detail {

/// "" or what is wrong.
inline std::string column_fault(const cnx_batch& raw) {
  std::set<std::string_view> names;
  if (raw.column_stride < offsetof(cnx_column, values) + sizeof(void*))
    return "has a column_stride below the size of a column";
  for (std::uint32_t c = 0; c < raw.column_count; ++c) {
    const cnx_column& column = BatchView(raw).column(c).raw();
    const std::string name(view(column.name));
    if (name.empty()) return "has a column without a name";
    if (!names.insert(view(column.name)).second) return "has the column '" + name + "' twice";
    if (column.type < CNX_INT64 || column.type > CNX_WRITE_TIME) return "has an unknown type of column '" + name + "'";
    if (column.values == nullptr && column.type != CNX_WRITE_TIME && raw.count > 0)
      return "has no values of column '" + name + "'";
  }
  return "";
}

}  // namespace detail

/// What is wrong with the tables of a batch that is lent, to be put behind its name; "" when nothing is. Origins are
/// not looked at.
inline std::string lent_fault(const cnx_batch& raw) {
  if (!CNX_HAS(&raw, cnx_batch, release)) return "has a struct_size of " + std::to_string(raw.struct_size);
  if (raw.kind == CNX_ROWS) return detail::column_fault(raw);
  if (raw.kind != CNX_RECORDS) return "has an unknown kind";
  if (raw.count > 0 && raw.record_stride < offsetof(cnx_record, headers) + sizeof(void*))
    return "has a record_stride below the size of a record";
  return "";
}

/// The same of one that is handed over.
inline std::string batch_fault(const cnx_batch& raw) {
  const std::string fault = lent_fault(raw);
  return fault.empty() && raw.release == nullptr ? "has no release" : fault;
}

/// The same of one that the host lends: its origins, too.
inline void check_given(OwnerCall& call, const cnx_batch* batch, cnx_batch_kind kind) {
  if (batch == nullptr) return call.host_broke("got no batch");
  if (const std::string fault = lent_fault(*batch); !fault.empty()) call.host_broke("got a batch that " + fault);
  if (batch->kind != kind) call.host_broke("got another kind of batch than the table declares");
  if (batch->count > 0 && batch->origin == nullptr) call.host_broke("got a batch without origins");
}

}  // namespace cnx::testing::watch
