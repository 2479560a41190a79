/* SPDX-License-Identifier: Apache-2.0
 *
 * Feature cnx.preflight/1 of a source or sink: what `check` and `init` do against the real system. Works without an
 * instance of the component. [any one thread]
 */
#ifndef CNX_ABI_EXT_PREFLIGHT_H
#define CNX_ABI_EXT_PREFLIGHT_H

#include "cnx/abi/batch.h"
#include "cnx/abi/config.h"
#include "cnx/abi/host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CNX_EXT_PREFLIGHT "cnx.preflight/1"

typedef struct cnx_preflight {
  uint32_t struct_size;
  /* Reads the live system (credentials, tables, keys) and says what it finds, good or bad. `shapes` are the row schemas
   * that the transforms declare for this sink (count 0: not known). An error status: could not look, e.g. CNX_RETRY. */
  cnx_status (*check)(const cnx_host* host, const cnx_config* config, const cnx_batch* const* shapes,
                      uint64_t shape_count, const cnx_findings* findings, cnx_error* error);
  /* Makes what is missing, idempotent; a finding per thing made or found. NULL: nothing to make. */
  cnx_status (*init)(const cnx_host* host, const cnx_config* config, const cnx_batch* const* shapes,
                     uint64_t shape_count, const cnx_findings* findings, cnx_error* error);
} cnx_preflight;

#ifdef __cplusplus
}
#endif
#endif
