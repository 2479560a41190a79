// SPDX-License-Identifier: Apache-2.0
//
// Here C++ meets the C tables of sources, transforms and sinks on the plugin's side (feature_tables.hpp: those of the
// optional features).
#pragma once

#include <memory>

#include "cnx/component.hpp"
#include "cnx/detail/guard.hpp"

namespace cnx::detail {

template <class T>
cnx_status create(const cnx_host* host, const cnx_config* config, void** self, cnx_error* error) {
  return guarded(error, [&]() -> Status {
    Host services(host);
    if (!services.complete()) return config_error("this host lacks cnx.log/1, cnx.clock/1 or cnx.wait/1");
    CNX_ASSIGN(std::unique_ptr<T> made, T::create(services, Config(*config)));
    *self = made.release();
    return {};
  });
}

template <class T>
void destroy(void* self) {
  silenced([&] { delete static_cast<T*>(self); });
}

inline SourceStart from_abi(const cnx_source_start& raw) {
  SourceStart from;
  from.again = raw.again != 0;
  const char* at = reinterpret_cast<const char*>(raw.positions);
  for (std::uint64_t i = 0; i < raw.position_count; ++i, at += raw.position_stride) {
    const auto& p = *reinterpret_cast<const cnx_position*>(at);
    from.positions.push_back({std::string(view(p.key)),
                              is_absent(p.value) ? std::nullopt : std::optional<std::string>(view(p.value)),
                              std::string(view(p.range_id))});
  }
  at = reinterpret_cast<const char*>(raw.ranges);
  for (std::uint64_t i = 0; i < raw.range_count; ++i, at += raw.range_stride) {
    const auto& r = *reinterpret_cast<const cnx_range*>(at);
    from.ranges.push_back({std::string(view(r.id)), r.state, r.updated_ms});
  }
  return from;
}

/// A source with the text of its last plan, which the ABI lends out until the next call.
template <class T>
struct SourceHolder {
  std::unique_ptr<T> source;
  SourcePlan plan;
};

template <class T>
struct SourceTable {
  using Holder = SourceHolder<T>;
  static Holder& of(void* self) { return *static_cast<Holder*>(self); }
  static cnx_status create(const cnx_host* host, const cnx_config* config, void** self, cnx_error* error) {
    void* made = nullptr;
    const cnx_status status = detail::create<T>(host, config, &made, error);
    if (status != CNX_OK) return status;
    std::unique_ptr<T> source(static_cast<T*>(made));
    return guarded(error, [&]() -> Status {
      *self = new Holder{std::move(source), {}};
      return {};
    });
  }
  static cnx_status start(void* self, const cnx_source_start* from, cnx_source_plan* plan, cnx_error* error) {
    return guarded(error, [&]() -> Status {
      CNX_ASSIGN(of(self).plan, of(self).source->start(from_abi(*from)));
      plan->bounded = of(self).plan.bounded ? 1 : 0;
      plan->range_id = str(of(self).plan.range_id);
      plan->title = str(of(self).plan.title);
      return {};
    });
  }
  static cnx_status poll(void* self, std::int64_t deadline_ns, cnx_source_batch* out, cnx_error* error) {
    bool more = true;
    const cnx_status status = guarded(error, [&]() -> Status {
      RecordBatch batch;
      Result<bool> polled = of(self).source->poll(deadline_ns, batch);
      // As an error, END would drop what the batch holds.
      if (!polled.ok() && polled.error().action == Action::kEnd)
        return fatal_error("poll returned END as an error; the end of a range is told by returning false");
      CNX_ASSIGN(more, std::move(polled));
      RecordBatch::hand_over(std::move(batch), *out);
      return {};
    });
    return status == CNX_OK && !more ? CNX_END : status;
  }
  static constexpr cnx_source table = {sizeof(cnx_source),
                                       &create,
                                       [](void* self) { detail::destroy<Holder>(self); },
                                       &start,
                                       &poll,
                                       [](void* self) { silenced([&] { of(self).source->acked(); }); },
                                       [](void* self) { of(self).source->cancel(); },
                                       [](void* self) { silenced([&] { of(self).source->stop(); }); }};
};

template <class T>
struct TransformTable {
  static cnx_status apply(void* self, const cnx_batch* in, const cnx_output* out, cnx_error* error) {
    return guarded(error, [&]() -> Status {
      Output output(*out);
      return static_cast<T*>(self)->apply(BatchView(*in), output);
    });
  }
  static constexpr cnx_transform table = {sizeof(cnx_transform), T::kInput,           T::kOutput,
                                          &detail::create<T>,    &detail::destroy<T>, &apply};
};

template <class T>
struct SinkTable {
  static T& of(void* self) { return *static_cast<T*>(self); }
  static cnx_status start(void* self, cnx_error* error) {
    return guarded(error, [&] { return of(self).start(); });
  }
  static cnx_status prepare(void* self, const cnx_batch* shape, cnx_error* error) {
    return guarded(error, [&] { return of(self).prepare(BatchView(*shape)); });
  }
  static cnx_status write(void* self, const cnx_batch* batch, cnx_selection rows, const cnx_rejects* rejects,
                          cnx_error* error) {
    return guarded(error, [&] {
      Rejects named(*rejects);
      return of(self).write(BatchView(*batch), Selection(*batch, rows), named);
    });
  }
  static cnx_status flush(void* self, cnx_error* error) {
    return guarded(error, [&] { return of(self).flush(); });
  }
  static constexpr cnx_sink table = {sizeof(cnx_sink),
                                     T::kInput,
                                     &detail::create<T>,
                                     &detail::destroy<T>,
                                     &start,
                                     &prepare,
                                     &write,
                                     &flush,
                                     [](void* self) { silenced([&] { of(self).idle(); }); },
                                     [](void* self) { of(self).cancel(); },
                                     [](void* self) { silenced([&] { of(self).stop(); }); }};
};

/// Text in rows comes from the sink and is borrowed until its next call, as the ABI says.
template <class T>
struct OffsetTable {
  static T& of(void* self) { return *static_cast<T*>(self); }
  static cnx_status rows_in_and_out(cnx_offset_row* rows, std::uint64_t count, cnx_error* error, auto&& call) {
    return guarded(error, [&]() -> Status {
      std::vector<cnx_offset_row> copy(rows, rows + count);
      CNX_TRY(call(copy));
      if (copy.size() != count) return fatal_error("the sink changed the number of offset rows");
      for (std::uint64_t i = 0; i < count; ++i) rows[i] = copy[i];
      return {};
    });
  }
  static cnx_status claim(void* self, const cnx_claimant* who, cnx_offset_row* rows, std::uint64_t count,
                          cnx_error* error) {
    return rows_in_and_out(rows, count, error, [&](auto& copy) { return of(self).claim(*who, copy); });
  }
  static cnx_status begin(void* self, const cnx_claimant* who, const cnx_offset_step* steps, std::uint64_t count,
                          cnx_error* error) {
    return guarded(error, [&] { return of(self).begin(*who, {steps, count}); });
  }
  static cnx_status commit(void* self, std::int32_t* unknown, cnx_error* error) {
    return guarded(error, [&] {
      bool lost = false;
      Status status = of(self).commit(lost);
      *unknown = lost ? 1 : 0;
      return status;
    });
  }
  static void abort(void* self) {
    silenced([&] { of(self).abort(); });
  }
  static cnx_status outcome(void* self, const cnx_claimant* who, const cnx_offset_step* steps, std::uint64_t count,
                            cnx_outcome* outcome, cnx_error* error) {
    return guarded(error, [&]() -> Status {
      CNX_ASSIGN(*outcome, of(self).outcome(*who, {steps, count}));
      return {};
    });
  }
  static cnx_status advance(void* self, const cnx_claimant* who, const cnx_offset_step* steps, std::uint64_t count,
                            cnx_error* error) {
    return guarded(error, [&] { return of(self).advance(*who, {steps, count}); });
  }
  static cnx_status read(void* self, cnx_offset_row* rows, std::uint64_t count, void* ctx,
                         void (*each)(void*, const cnx_offset_row*), cnx_error* error) {
    if (count > 0) return rows_in_and_out(rows, count, error, [&](auto& copy) { return of(self).read(copy); });
    return guarded(error, [&]() -> Status {
      CNX_ASSIGN(const std::vector<cnx_offset_row> all, of(self).read_all());
      for (const auto& row : all) each(ctx, &row);
      return {};
    });
  }
  static cnx_status reset(void* self, const cnx_offset_row* rows, std::uint64_t count, cnx_error* error) {
    return guarded(error, [&] { return of(self).reset({rows, count}); });
  }
  static constexpr cnx_sink_offsets table = {
      sizeof(cnx_sink_offsets), 0, &claim, &begin, &commit, &abort, &outcome, &advance, &read, &reset};
};

}  // namespace cnx::detail
