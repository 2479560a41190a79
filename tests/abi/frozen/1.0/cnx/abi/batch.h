/* SPDX-License-Identifier: Apache-2.0
 *
 * Batches: records (Kafka's key, value, headers) and rows (typed columns). The batch is the unit of every interface;
 * a row or record is an index in it.
 *
 * `origin` ties everything to the record that was read from Kafka: origin[i] is the index of that record in the
 * batch with which the chain began. A transform copies the origin of what it makes a row from; rejects and filters
 * speak of origins. All rows of one origin are written together or not at all.
 *
 * Memory: a batch and all it points to stay valid until its `release` was called. An output may point into the
 * input's memory: the host keeps every input alive until all outputs made from it are released.
 */
#ifndef CNX_ABI_BATCH_H
#define CNX_ABI_BATCH_H

#include "cnx/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cnx_header {
  cnx_str name;
  cnx_str value; /* data == NULL: null value */
} cnx_header;

typedef struct cnx_record {
  cnx_str topic;
  int32_t partition; /* -1 in a source's batch: the partitioner decides (by key) */
  int32_t header_count;
  int64_t offset;       /* -1 in a source's batch */
  int64_t timestamp_ms; /* epoch; -1 = none */
  cnx_str key;          /* data == NULL: null key */
  cnx_str value;        /* data == NULL: null value (tombstone) */
  const cnx_header* headers;
} cnx_record;

typedef uint32_t cnx_type;
enum {
  CNX_INT64 = 1,      /* int64_t; `bits` tells the declared width 8, 16, 32 or 64 */
  CNX_FLOAT64 = 2,    /* double */
  CNX_BOOL = 3,       /* uint8_t, 0 or 1 */
  CNX_DECIMAL = 4,    /* int64_t unscaled; value = unscaled / 10^scale; `precision` digits at most */
  CNX_TIMESTAMP = 5,  /* int64_t microseconds since the epoch, an instant in UTC */
  CNX_DATETIME = 6,   /* int64_t microseconds since 1970-01-01 00:00 of a civil time; zone by agreement: UTC here */
  CNX_DATE = 7,       /* int64_t days since 1970-01-01 */
  CNX_TEXT = 8,       /* cnx_str, UTF-8; `max_length` in characters, 0 = unbounded */
  CNX_BYTES = 9,      /* cnx_str */
  CNX_JSON = 10,      /* cnx_str, one valid JSON value as received */
  CNX_WRITE_TIME = 11 /* no values: the sink fills in the time of the write, UTC */
};

enum { CNX_COLUMN_NOT_NULL = 1u << 0, CNX_COLUMN_KEY = 1u << 1 };

/* A column's declaration and, in a batch, its values. In a bare schema `nulls` and `values` are NULL. */
typedef struct cnx_column {
  cnx_str name;
  cnx_type type;
  uint32_t flags;
  uint32_t bits;        /* CNX_INT64 */
  uint32_t precision;   /* CNX_DECIMAL */
  uint32_t scale;       /* CNX_DECIMAL; fractional digits of seconds for times: 0, 3 or 6 */
  uint32_t max_length;  /* CNX_TEXT, CNX_BYTES */
  const uint8_t* nulls; /* bit i (lowest first) set: row i is null; NULL: no row is */
  const void* values;   /* array of the type above, one element a row; undefined where null */
} cnx_column;

enum { CNX_OP_UPSERT = 0, CNX_OP_DELETE = 1 };

typedef uint32_t cnx_batch_kind;
enum { CNX_RECORDS = 1, CNX_ROWS = 2 };

/* Made by: host (consumed records), transform (outputs), source (records to send). */
typedef struct cnx_batch {
  uint32_t struct_size;
  cnx_batch_kind kind;
  uint64_t count;         /* records or rows */
  const uint32_t* origin; /* count entries; NULL in a source's batch */

  uint32_t record_stride; /* kind CNX_RECORDS */
  uint32_t reserved;
  const cnx_record* records;

  cnx_str target;         /* kind CNX_ROWS: name of the table; absent: the sink's table.name.format decides */
  uint32_t column_stride; /* kind CNX_ROWS */
  uint32_t column_count;
  const cnx_column* columns;
  const uint8_t* ops; /* CNX_OP_*, count entries; NULL: all upserts */

  void* owner; /* the maker's own */
  /* Gives batch and memory back to the maker. Exactly once. [any] */
  void (*release)(struct cnx_batch* self);
} cnx_batch;

/* Where a transform puts its results. Made by the host, valid during the call. All [owner]. */
typedef struct cnx_output {
  uint32_t struct_size;
  void* ctx;
  /* Hands a batch over; the host releases it. May be called several times (several tables). */
  void (*emit)(void* ctx, cnx_batch* batch);
  /* The record `origin` is dead: none of its rows will be written. `path` is the JSON path or column at fault, `column`
   * the target column if there is one (else absent); no personal values in the message. */
  void (*reject)(void* ctx, uint32_t origin, cnx_str path, cnx_str column, cnx_str message, int64_t native_code);
  /* A part of the record gives no row, by the named rule. */
  void (*filter)(void* ctx, uint32_t origin, cnx_str rule, cnx_str path);
} cnx_output;

/* Where a sink names bad rows of a write. Made by the host, valid during the call. [owner] */
typedef struct cnx_rejects {
  uint32_t struct_size;
  void* ctx;
  void (*reject)(void* ctx, uint32_t row, cnx_str column, cnx_str message, int64_t native_code);
} cnx_rejects;

#ifdef __cplusplus
}
#endif
#endif
