/* SPDX-License-Identifier: Apache-2.0
 *
 * Features of a transform that let people see before they run.
 */
#ifndef CNX_ABI_EXT_TRANSFORM_INFO_H
#define CNX_ABI_EXT_TRANSFORM_INFO_H

#include "cnx/abi/batch.h"
#include "cnx/abi/config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* cnx.schema/1: the shapes of rows that an instance can emit, known before any data. */
#define CNX_EXT_SCHEMA "cnx.schema/1"
typedef struct cnx_schema {
  uint32_t struct_size;
  /* Calls `shape` once per table with a batch of no rows; borrowed during the call. [owner of self] */
  cnx_status (*shapes)(void* self, void* ctx, void (*shape)(void* ctx, const cnx_batch* shape), cnx_error* error);
} cnx_schema;

/* cnx.split/1: cuts one input document into the documents that `preview` counts (a page into its orders). */
#define CNX_EXT_SPLIT "cnx.split/1"
typedef struct cnx_split {
  uint32_t struct_size;
  /* Calls `part` once per document, in order, with its bytes (a view into `document`) and the JSON path at which it
   * stood
   * ("$.list.elements.order[3]"; "$" for the whole). A document that cannot be cut is given back whole. [any] */
  cnx_status (*split)(const cnx_config* config, cnx_str document, void* ctx,
                      void (*part)(void* ctx, cnx_str bytes, cnx_str path), cnx_error* error);
} cnx_split;

#ifdef __cplusplus
}
#endif
#endif
