// SPDX-License-Identifier: Apache-2.0
#include "prepared.h"

#include "session.h"

namespace cnx::mysql {

bool PreparedStatement::is_ready(const Session& session) const {
  return handle_ && generation_ == session.generation();
}

Result<MYSQL_STMT*> PreparedStatement::get(Session& session, const std::string& sql, std::string_view object) {
  if (is_ready(session)) return handle_.get();
  handle_.reset(mysql_stmt_init(session.connection().native()));
  if (!handle_) return fatal_error(std::string(object) + ": out of memory");
  if (mysql_stmt_prepare(handle_.get(), sql.data(), sql.size()) != 0) {
    Error error = session.connection().fail(error_of(handle_.get()), object);
    handle_.reset();
    return error;
  }
  generation_ = session.generation();
  return handle_.get();
}

}  // namespace cnx::mysql
