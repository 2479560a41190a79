/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms: one batch → any number of batches. Lifecycle, all on the owner thread: create → apply* → destroy.
 */
#ifndef CNX_ABI_TRANSFORM_H
#define CNX_ABI_TRANSFORM_H

#include "cnx/abi/batch.h"
#include "cnx/abi/config.h"
#include "cnx/abi/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cnx_transform {
  uint32_t struct_size;
  cnx_batch_kind input; /* CNX_RECORDS or CNX_ROWS; the host checks that a chain fits together */
  cnx_batch_kind output;
  cnx_status (*create)(const cnx_host* host, const cnx_config* config, void** self, cnx_error* error);
  void (*destroy)(void* self);
  /* Every origin of `in` must end in `out` as at least one row or record, one filter, or one reject: what is missing
   * fails the task. An error status means that the whole batch failed and nothing of `out` counts. */
  cnx_status (*apply)(void* self, const cnx_batch* in, const cnx_output* out, cnx_error* error);
} cnx_transform;

#ifdef __cplusplus
}
#endif
#endif
