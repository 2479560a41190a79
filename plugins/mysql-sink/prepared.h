// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mysql.h>

#include <cstdint>
#include <memory>
#include <string>

#include "cnx/result.hpp"

namespace cnx::mysql {

class Session;

/// A server-side statement that is prepared when first used and again after the connection was replaced. Owner thread.
class PreparedStatement {
 public:
  /// The handle on the session's present connection. `object` as in to_error().
  Result<MYSQL_STMT*> get(Session& session, const std::string& sql, std::string_view object);
  /// Whether get() has nothing to send.
  [[nodiscard]] bool is_ready(const Session& session) const;

 private:
  struct Close {
    void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
  };
  std::unique_ptr<MYSQL_STMT, Close> handle_;
  std::uint64_t generation_ = 0;
};

}  // namespace cnx::mysql
