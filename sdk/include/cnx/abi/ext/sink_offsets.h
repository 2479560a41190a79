/* SPDX-License-Identifier: Apache-2.0
 *
 * Feature cnx.sink-offsets/1 of a sink: rows and Kafka offsets commit in one transaction of the target, so every record
 * is written exactly once. The host drives the protocol, the sink does the SQL (docs/delivery.md has the steps).
 *
 * Order of calls, all [owner]:
 *   claim → { begin → write* → commit | abort }* ; advance, read between transactions.
 */
#ifndef CNX_ABI_EXT_SINK_OFFSETS_H
#define CNX_ABI_EXT_SINK_OFFSETS_H

#include "cnx/abi/sink.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CNX_EXT_SINK_OFFSETS "cnx.sink-offsets/1"

/* What is stored per (connector, topic, partition). Text out of the sink is borrowed until its next call. */
typedef struct cnx_offset_row {
  cnx_str topic;
  int32_t partition;
  int32_t present;     /* out: 1 when the row exists */
  int64_t next_offset; /* in claim: where a new row begins (the earliest offset) */
  int64_t epoch;
  int64_t last_offset; /* offset and timestamp of the last record committed; -1 = none */
  int64_t last_timestamp_ms;
  cnx_str owner;
  cnx_str group;
  cnx_str topic_id; /* absent where not known */
  cnx_str cluster_id;
  cnx_str host_version;
} cnx_offset_row;

/* One partition's step in a transaction: guarded by (epoch, owner, old_offset). */
typedef struct cnx_offset_step {
  cnx_str topic;
  int32_t partition;
  int32_t reserved;
  int64_t epoch;
  int64_t old_offset;
  int64_t new_offset;
  int64_t last_offset; /* -1: leave as it is */
  int64_t last_timestamp_ms;
} cnx_offset_step;

/* Who claims. Fixed for the life of the sink instance's claims. */
typedef struct cnx_claimant {
  cnx_str owner; /* worker id + a random id of this claim */
  cnx_str group;
  cnx_str topic_id; /* of the topic of the rows; absent where not known */
  cnx_str cluster_id;
  cnx_str host_version;
} cnx_claimant;

typedef int32_t cnx_outcome;
enum { CNX_COMMITTED = 1, CNX_NOT_COMMITTED = 2, CNX_OUTCOME_FENCED = 3 };

typedef struct cnx_sink_offsets {
  uint32_t struct_size;
  uint32_t reserved;
  /* One short transaction per row, in order: raises the epoch, names the owner, makes the row at rows[i].next_offset
   * when there is none. Fills in the rest of rows[i] as it was before, and the new epoch. */
  cnx_status (*claim)(void* self, const cnx_claimant* claimant, cnx_offset_row* rows, uint64_t count, cnx_error* error);
  /* BEGIN and the guards, in order. CNX_FENCED: rolled back; the message names the partition and its present owner. A
   * sink may send the guards and take the answers later: then write, bury or commit (before anything of COMMIT is sent)
   * tells, and the host calls abort. */
  cnx_status (*begin)(void* self, const cnx_claimant* claimant, const cnx_offset_step* steps, uint64_t count,
                      cnx_error* error);
  /* CNX_RETRY with the outcome unknown is told by *unknown = 1: the host then asks outcome(). */
  cnx_status (*commit)(void* self, int32_t* unknown, cnx_error* error);
  void (*abort)(void* self); /* never fails: a connection that cannot roll back is closed */
  /* After a lost answer: on a new connection, locking reads, repeated while they are blocked. */
  cnx_status (*outcome)(void* self, const cnx_claimant* claimant, const cnx_offset_step* steps, uint64_t count,
                        cnx_outcome* outcome, cnx_error* error);
  /* Offsets that carry no rows (transaction markers, filtered records): one guarded UPDATE each. */
  cnx_status (*advance)(void* self, const cnx_claimant* claimant, const cnx_offset_step* steps, uint64_t count,
                        cnx_error* error);
  /* Plain read: of the given rows (topic, partition are input), or with count 0 of all rows of the connector through
   * `each`. */
  cnx_status (*read)(void* self, cnx_offset_row* rows, uint64_t count, void* ctx,
                     void (*each)(void* ctx, const cnx_offset_row* row), cnx_error* error);
  /* Sets next_offset, raises the epoch (a running owner is fenced) and clears what was remembered. */
  cnx_status (*reset)(void* self, const cnx_offset_row* rows, uint64_t count, cnx_error* error);
} cnx_sink_offsets;

#ifdef __cplusplus
}
#endif
#endif
