/* SPDX-License-Identifier: Apache-2.0
 *
 * Feature cnx.render/1 of a sink: the statements that a write would send, for `preview --format sql`. Nothing is
 * connected.
 */
#ifndef CNX_ABI_EXT_RENDER_H
#define CNX_ABI_EXT_RENDER_H

#include "cnx/abi/sink.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CNX_EXT_RENDER "cnx.render/1"
typedef struct cnx_render {
  uint32_t struct_size;
  /* One call of `statement` per statement, complete with its values. */
  cnx_status (*render)(const cnx_config* config, const cnx_batch* batch, cnx_selection rows, void* ctx,
                       void (*statement)(void* ctx, cnx_str sql), cnx_error* error);
} cnx_render;

#ifdef __cplusplus
}
#endif
#endif
