/* SPDX-License-Identifier: Apache-2.0
 *
 * Feature cnx.sink-marks/1 of a sink with cnx.sink-offsets/1: what became of records that died, kept in the target and
 * changed only in the transactions of rows and offsets. A dead letter in Kafka is the record's body; its mark is what
 * counts. So a letter can be replayed exactly once, and one that a crash left behind is known to be of no account.
 *
 * A mark is set when the offset passes the dead record (bury), and spent when its rows are written after all (redeem).
 * cnx_sink_offsets.reset forgets the marks of a partition from the new offset on: those records are read again.
 *
 * Order of calls, all [owner]; commit and abort are those of cnx.sink-offsets/1:
 *   sink_offsets.begin → bury → write* → commit | abort        a sink task that passes dead records
 *   begin_replay → redeem → write* → commit | abort             a replay
 * read between transactions.
 */
#ifndef CNX_ABI_EXT_SINK_MARKS_H
#define CNX_ABI_EXT_SINK_MARKS_H

#include "cnx/abi/ext/sink_offsets.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CNX_EXT_SINK_MARKS "cnx.sink-marks/1"

typedef int32_t cnx_mark_state;
enum {
  CNX_MARK_NONE = 0,     /* no mark: the record did not die for good, or was read again since */
  CNX_MARK_DEAD = 1,     /* set, not spent */
  CNX_MARK_REPLAYED = 2, /* spent: its rows are written */
  CNX_MARK_DISCARDED = 3 /* spent: somebody has decided that it shall never be written */
};

/* How the id of a replay begins that writes nothing: redeem makes its marks CNX_MARK_DISCARDED. A sink that does not
 * know of it tells them as CNX_MARK_REPLAYED; either way no replay takes them again. Other ids begin with the worker's
 * name, which has no ':'. */
#define CNX_DISCARD_PREFIX ":discard/"

/* One record of the connector. */
typedef struct cnx_mark {
  cnx_str topic;
  int32_t partition;
  cnx_mark_state state; /* out of read */
  int64_t offset;
  int64_t timestamp_ms; /* of the record; tells one of a topic made anew from the one that died. -1: not known, and
                           then not compared */
} cnx_mark;

/* Where the connector stands in one partition. */
typedef struct cnx_mark_position {
  cnx_str topic;
  int32_t partition;
  int32_t present;     /* out: 1 when a position is stored */
  int64_t next_offset; /* out */
} cnx_mark_position;

typedef struct cnx_sink_marks {
  uint32_t struct_size;
  uint32_t reserved;
  /* Within the transaction that moves the offsets past these records. A record that died before is dead again. */
  cnx_status (*bury)(void* self, const cnx_mark* marks, uint64_t count, cnx_error* error);
  /* BEGIN, and locks these positions, in order: until commit or abort no task of the connector passes a record of them.
   * After an error no transaction is open. */
  cnx_status (*begin_replay)(void* self, cnx_mark_position* positions, uint64_t count, cnx_error* error);
  /* Spends the marks, in the name of one replay (an id that no other has). CNX_FENCED when one of them is not
   * CNX_MARK_DEAD: the host aborts and reads them again. */
  cnx_status (*redeem)(void* self, cnx_str replay, const cnx_mark* marks, uint64_t count, cnx_error* error);
  /* After a lost answer to commit: on a new connection, locking reads, repeated while they are blocked. COMMITTED: one
   * is spent by `replay`, so all were; NOT_COMMITTED: all are CNX_MARK_DEAD; else FENCED. */
  cnx_status (*outcome)(void* self, cnx_str replay, const cnx_mark* marks, uint64_t count, cnx_outcome* outcome,
                        cnx_error* error);
  /* Fills in the states. */
  cnx_status (*read)(void* self, cnx_mark* marks, uint64_t count, cnx_error* error);
  /* 1 when a row written now takes the place of one with the same key; 0: every row is one more. */
  int32_t (*overwrites)(void* self);
} cnx_sink_marks;

#ifdef __cplusplus
}
#endif
#endif
