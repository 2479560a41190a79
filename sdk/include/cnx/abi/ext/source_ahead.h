/* SPDX-License-Identifier: Apache-2.0
 *
 * Feature cnx.source-ahead/1 of a source: it may be polled again before what it gave is committed, so that it works
 * while a Kafka transaction is under way. It has no functions: to have it is to promise that
 *   - poll goes on behind the batch before, whether that is acked or not;
 *   - acked is taken once for each batch that was not empty, in the order of the polls: it holds for the oldest one
 * that has not been acked yet, and may be missing for the last ones before a stop;
 *   - no batch has to be released before another one is polled.
 * When a batch cannot be committed, no later one is either, and the instance is stopped: a new one starts from the
 * position. After an error of poll the batches before it are still committed. A host that does not know the feature
 * calls poll and acked in turns.
 */
#ifndef CNX_ABI_EXT_SOURCE_AHEAD_H
#define CNX_ABI_EXT_SOURCE_AHEAD_H

#include "cnx/abi/source.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CNX_EXT_SOURCE_AHEAD "cnx.source-ahead/1"
typedef struct cnx_source_ahead {
  uint32_t struct_size;
  uint32_t reserved;
} cnx_source_ahead;

#ifdef __cplusplus
}
#endif
#endif
