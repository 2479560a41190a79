// SPDX-License-Identifier: Apache-2.0
//
// The border guard of a plugin: every exception is caught here and becomes an error with its message; nothing crosses.
#pragma once

#include <exception>
#include <new>
#include <string>

#include "cnx/result.hpp"
#include "cnx/text.hpp"

namespace cnx::detail {

inline cnx_status fail(cnx_error* out, const Error& error) {
  if (out != nullptr) {
    out->action = static_cast<cnx_status>(error.action);
    out->retry_after_ms = error.retry_after_ms;
    out->native_code = error.native_code;
    out->set_message(out->ctx, str(error.message));
  }
  return static_cast<cnx_status>(error.action);
}

/// Runs `call` (returning Status) and turns its error, or whatever it throws, into the ABI's form.
template <class Call>
cnx_status guarded(cnx_error* out, Call&& call) noexcept {
  try {
    try {
      if (Status status = call(); !status.ok()) return fail(out, status.error());
      return CNX_OK;
    } catch (const std::bad_alloc&) {
      return fail(out, fatal_error("out of memory"));
    } catch (const std::exception& e) {
      return fail(out, fatal_error(std::string("unexpected exception: ") + e.what()));
    } catch (...) {
      return fail(out, fatal_error("unexpected exception of an unknown type"));
    }
  } catch (...) {
    return CNX_FATAL;
  }
}

/// For calls that cannot report: an exception there is swallowed, as the ABI has no way to tell of it.
template <class Call>
void silenced(Call&& call) noexcept {
  try {
    call();
  } catch (...) {
  }
}

}  // namespace cnx::detail
