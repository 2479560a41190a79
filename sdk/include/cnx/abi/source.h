/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources: something → records and the position that goes with them. The host commits both in one Kafka transaction.
 *
 * Lifecycle of an instance, all calls on its owner thread but cancel():
 *   create → start → { poll → acked }* → stop → destroy
 * With feature cnx.source-ahead/1 (ext/source_ahead.h) several polls may come before their acks.
 * After an error of poll the host may call poll again (CNX_RETRY) or stop. start is called once per instance.
 */
#ifndef CNX_ABI_SOURCE_H
#define CNX_ABI_SOURCE_H

#include "cnx/abi/batch.h"
#include "cnx/abi/config.h"
#include "cnx/abi/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A durable position: one value per key, last writer wins. Keys are chosen by the source (JSON is usual). */
typedef struct cnx_position {
  cnx_str key;
  cnx_str value;    /* absent: remove the key */
  cnx_str range_id; /* start: the range that it belongs to, absent for none; poll: not read, the plan's range holds */
} cnx_position;

typedef uint32_t cnx_range_state;
enum { CNX_RANGE_NEW = 0, CNX_RANGE_FETCHING = 1, CNX_RANGE_FETCHED = 2, CNX_RANGE_DONE = 3 };

/* A bounded range known from earlier runs of the same connector, topic and group. */
typedef struct cnx_range {
  cnx_str id;
  cnx_range_state state;
  uint32_t reserved;
  int64_t updated_ms; /* epoch: when the state was reached */
} cnx_range;

/* What start gets. Positions are those without a range and those of all ranges that are not done; when a range is done
 * the host removes its positions. */
typedef struct cnx_source_start {
  uint32_t struct_size;
  uint32_t position_stride;
  uint64_t position_count;
  const cnx_position* positions; /* borrowed during the call */
  uint32_t range_stride;
  uint32_t again; /* 1: a range that is done is wanted once more (`run --again`) */
  uint64_t range_count;
  const cnx_range* ranges; /* borrowed during the call */
} cnx_source_start;

/* What start answers. A bounded source names its range: equal ids mean the same work, so a crash goes on where it was
 * and a range that is done is not fetched again. Text is borrowed until the next call on the instance. */
typedef struct cnx_source_plan {
  uint32_t struct_size;
  uint32_t bounded; /* 0: polls for ever */
  cnx_str range_id; /* bounded: non-empty */
  cnx_str title;    /* for people: "eForCity, 2026-11-22 08:00 … 10:00 America/Los_Angeles, 3 ship node types" */
} cnx_source_plan;

/* What poll answers: records, and positions that hold once these records are committed. Either may be empty. Allocated
 * and zeroed by the host, filled by the source on CNX_OK and CNX_END; after an error it is not looked at. */
typedef struct cnx_source_batch {
  uint32_t struct_size;
  uint32_t position_stride;
  uint64_t position_count;
  const cnx_position* positions; /* same lifetime as `records` */
  cnx_batch* records;            /* kind CNX_RECORDS, made by the source; its release() ends the life of all of it.
                                  * NULL: neither records nor positions */
} cnx_source_batch;

typedef struct cnx_source {
  uint32_t struct_size;
  /* host outlives the instance; config is borrowed for the call. On error *self stays NULL. */
  cnx_status (*create)(const cnx_host* host, const cnx_config* config, void** self, cnx_error* error);
  void (*destroy)(void* self);
  cnx_status (*start)(void* self, const cnx_source_start* from, cnx_source_plan* plan, cnx_error* error);
  /* Gives records when there are any, waits for them until `deadline_ns` (monotonic) at the latest.
   * CNX_OK with an empty batch: nothing yet. CNX_END: the range is complete (the batch may hold the last records). */
  cnx_status (*poll)(void* self, int64_t deadline_ns, cnx_source_batch* out, cnx_error* error);
  /* The last polled batch is committed; with cnx.source-ahead/1 the oldest one that has not been acked yet. Not called
   * when it was not committed. */
  void (*acked)(void* self);
  /* Makes a call in progress, and all later ones, return CNX_CANCELLED soon (< 100 ms). [any] */
  void (*cancel)(void* self);
  void (*stop)(void* self); /* releases connections; destroy follows */
} cnx_source;

#ifdef __cplusplus
}
#endif
#endif
