/* SPDX-License-Identifier: Apache-2.0
 *
 * connect-host plugin ABI: the words that every other header uses.
 *
 * Rules of the whole ABI
 * - C11. No C++ type, no exception and no allocation crosses the border: memory is released by its maker.
 * - Every table begins with `struct_size`, set by whoever allocates it. Tables only grow at the end, so a reader must
 *   check that a member lies within `struct_size` before it reads the member, and a callee that fills a table of its
 *   caller (cnx_error, cnx_source_plan, cnx_source_batch) writes no member beyond it and leaves it as it is.
 * - Arrays of tables carry a stride in bytes, so that an element may grow too. Structs with neither (cnx_str,
 * cnx_header, cnx_selection, those of an ext/ header) are frozen: another shape needs another feature id.
 * - `reserved` members are 0.
 * - Text is UTF-8 and not NUL-terminated unless a comment says so. `data == NULL` means "absent".
 * - Thread roles stand at each function: [owner] = the one thread that owns the instance, [any] = any thread.
 */
#ifndef CNX_ABI_BASE_H
#define CNX_ABI_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ABI numbers are major * 1000 + minor. A higher minor only appends. */
#define CNX_ABI_1_0 1000u
#define CNX_ABI_CURRENT CNX_ABI_1_0

/* True when `member` of the table behind `ptr` was filled by its maker. */
#define CNX_HAS(ptr, type, member) ((ptr)->struct_size >= (uint32_t)(offsetof(type, member) + sizeof((ptr)->member)))

/* Borrowed text or bytes. Valid as long as the table that holds it says. */
typedef struct cnx_str {
  const char* data;
  uint64_t size;
} cnx_str;

/* What every fallible call returns: what to do next. Values are frozen. */
typedef int32_t cnx_status;
enum {
  CNX_OK = 0,
  CNX_RETRY = 1,     /* passing fault: the same again after `retry_after_ms` */
  CNX_RECORD = 2,    /* one or more records are bad; the others are fine */
  CNX_AUTH = 3,      /* credentials refused: a person has to act */
  CNX_CONFIG = 4,    /* the configuration cannot work: a person has to act */
  CNX_FATAL = 5,     /* anything else that trying again cannot mend */
  CNX_FENCED = 6,    /* another owner has taken over; nothing was written */
  CNX_CANCELLED = 7, /* cancel() or a stop ended the call early; nothing is wrong */
  CNX_END = 8        /* source: the bounded range is fetched to its end */
};

/* Made by the caller, filled by the callee before it returns a status above CNX_OK.
 * `set_message` copies the text; object, action and cause belong in it, secrets do not. */
typedef struct cnx_error {
  uint32_t struct_size;
  cnx_status action;                               /* the same value that the call returns */
  int64_t retry_after_ms;                          /* CNX_RETRY: the least wait; 0 = the host's own backoff */
  int64_t native_code;                             /* errno, MySQL error, HTTP status; 0 = none */
  void* ctx;                                       /* for set_message */
  void (*set_message)(void* ctx, cnx_str message); /* [the thread that made the call] */
} cnx_error;

#ifdef __cplusplus
}
#endif
#endif
