// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/component.hpp"
#include "session.h"

namespace cnx::mysql {

/// The table connect_dead_letters: one row per record that died, and what became of it. The SQL of feature
/// cnx.sink-marks/1; abi/ext/sink_marks.h has the meaning of each call. Owner thread only.
class MarkStore {
 public:
  static constexpr std::string_view kTable = "connect_dead_letters";

  MarkStore(std::string connector, std::string database, Session& session, Host host, CancelSwitch& cancel);

  /// Makes the table when it is missing; the user needs CREATE only then.
  Status ensure_table();
  /// The next two need an open transaction.
  Status bury(std::span<const cnx_mark> marks);
  Status redeem(std::string_view replay, std::span<const cnx_mark> marks);
  /// On the session's connection, which must not be the one that lost its answer.
  Result<cnx_outcome> outcome(std::string_view replay, std::span<const cnx_mark> marks);
  Status read(std::span<cnx_mark> marks);
  /// The marks of a partition from `offset` on count no more. Needs an open transaction.
  Status forget(cnx_str topic, std::int32_t partition, std::int64_t offset);

 private:
  /// Marks of one partition, at most so many that one statement takes them.
  struct Chunk {
    std::string condition;                               // " WHERE …", for these rows
    std::multimap<std::int64_t, std::size_t> by_offset;  // several: of topics of one name, told apart by timestamp
    std::size_t rows = 0;
  };
  /// What stands in the table about one mark.
  struct Stored {
    cnx_mark_state state = CNX_MARK_NONE;
    std::string replay;
  };
  [[nodiscard]] std::vector<Chunk> chunks(std::span<const cnx_mark> marks) const;
  Result<std::vector<Stored>> look(std::span<const cnx_mark> marks, const char* suffix, std::string_view object);

  const std::string connector_;
  const std::string table_;  // quoted, with its database
  const std::string database_;
  Session& session_;
  const Host host_;
  CancelSwitch& cancel_;
};

/// The statements that the store sends, in a form that the server can check without running them.
[[nodiscard]] std::vector<std::string> mark_statements(const TableName& name);

}  // namespace cnx::mysql
