/* SPDX-License-Identifier: Apache-2.0
 *
 * Sinks: batches → somewhere. Lifecycle, all calls on the owner thread but cancel():
 *   create → start → { prepare → write* → flush }* → stop → destroy
 * With the feature cnx.sink-offsets/1 (ext/sink_offsets.h) the host drives transactions instead of flush.
 */
#ifndef CNX_ABI_SINK_H
#define CNX_ABI_SINK_H

#include "cnx/abi/batch.h"
#include "cnx/abi/config.h"
#include "cnx/abi/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A choice of rows of a batch, ascending. `rows == NULL`: all of them. */
typedef struct cnx_selection {
  const uint32_t* rows;
  uint64_t count;
} cnx_selection;

typedef struct cnx_sink {
  uint32_t struct_size;
  cnx_batch_kind input; /* CNX_RECORDS or CNX_ROWS */
  cnx_status (*create)(const cnx_host* host, const cnx_config* config, void** self, cnx_error* error);
  void (*destroy)(void* self);
  /* Connects. May be called again after an error (CNX_RETRY) and after stop. */
  cnx_status (*start)(void* self, cnx_error* error);
  /* Whatever must happen outside a transaction before rows of this shape can be written (auto.create, auto.evolve).
   * Cheap when there is nothing to do. */
  cnx_status (*prepare)(void* self, const cnx_batch* shape, cnx_error* error);
  /* Writes the chosen rows in order. Repeatable: the host may write parts of a batch to find a bad one.
   * CNX_RECORD: rows named through `rejects` are bad; with none named the host bisects. After any error inside a
   * transaction the host calls abort before anything else. */
  cnx_status (*write)(void* self, const cnx_batch* batch, cnx_selection rows, const cnx_rejects* rejects,
                      cnx_error* error);
  /* Makes everything written durable (sinks without cnx.sink-offsets/1). */
  cnx_status (*flush)(void* self, cnx_error* error);
  /* Called now and then while there is nothing to write, at least every 10 s: keeps connections alive. */
  void (*idle)(void* self);
  /* Makes a call in progress return soon with CNX_CANCELLED or its real outcome. [any] */
  void (*cancel)(void* self);
  void (*stop)(void* self);
} cnx_sink;

#ifdef __cplusplus
}
#endif
#endif
