// SPDX-License-Identifier: Apache-2.0
//
// Trampolines of feature cnx.sink-marks/1.
#pragma once

#include <vector>

#include "cnx/component.hpp"
#include "cnx/detail/guard.hpp"

namespace cnx::detail {

template <class T>
struct MarkTable {
  static T& of(void* self) { return *static_cast<T*>(self); }
  static cnx_status bury(void* self, const cnx_mark* marks, std::uint64_t count, cnx_error* error) {
    return guarded(error, [&] { return of(self).bury({marks, count}); });
  }
  static cnx_status begin_replay(void* self, cnx_mark_position* positions, std::uint64_t count, cnx_error* error) {
    return guarded(error, [&] { return of(self).begin_replay({positions, count}); });
  }
  static cnx_status redeem(void* self, cnx_str replay, const cnx_mark* marks, std::uint64_t count, cnx_error* error) {
    return guarded(error, [&] { return of(self).redeem(view(replay), {marks, count}); });
  }
  static cnx_status outcome(void* self, cnx_str replay, const cnx_mark* marks, std::uint64_t count,
                            cnx_outcome* outcome, cnx_error* error) {
    return guarded(error, [&]() -> Status {
      CNX_ASSIGN(*outcome, of(self).replay_outcome(view(replay), {marks, count}));
      return {};
    });
  }
  static cnx_status read(void* self, cnx_mark* marks, std::uint64_t count, cnx_error* error) {
    return guarded(error, [&] { return of(self).read_marks({marks, count}); });
  }
  static std::int32_t overwrites(void* self) {
    bool yes = true;  // the careful answer
    silenced([&] { yes = of(self).overwrites(); });
    return yes ? 1 : 0;
  }
  static constexpr cnx_sink_marks table = {
      sizeof(cnx_sink_marks), 0, &bury, &begin_replay, &redeem, &outcome, &read, &overwrites};
};

}  // namespace cnx::detail
