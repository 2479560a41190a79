/* SPDX-License-Identifier: Apache-2.0
 *
 * Typed configuration: one table per component. Validation, `connect-host plugins`, the config reference, the
 * JSON schema, masking and command-line flags are all derived from it.
 */
#ifndef CNX_ABI_CONFIG_H
#define CNX_ABI_CONFIG_H

#include "cnx/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef uint32_t cnx_config_type;
enum {
  CNX_CONFIG_STRING = 1,
  CNX_CONFIG_INT = 2,  /* decimal int64 */
  CNX_CONFIG_BOOL = 3, /* true | false */
  CNX_CONFIG_LIST = 4  /* comma-separated; blanks around items are dropped */
};

enum {
  CNX_CONFIG_REQUIRED = 1u << 0, /* no default: a missing value is an error */
  CNX_CONFIG_SECRET = 1u << 1,   /* never shown: logs, errors, REST, metrics, dead letters, config hash */
  CNX_CONFIG_HAS_RANGE = 1u << 2 /* min_value and max_value hold (CNX_CONFIG_INT) */
};

/* One key. Lives as long as the plugin. */
typedef struct cnx_config_key {
  uint32_t struct_size;
  cnx_config_type type;
  uint32_t flags;
  uint32_t reserved;
  cnx_str name;          /* dotted; `*` stands for one free segment: accounts.*.client.id */
  cnx_str default_value; /* absent: none */
  cnx_str unit;          /* ms, bytes, records, hours …; absent: none */
  int64_t min_value;
  int64_t max_value;
  cnx_str one_of; /* comma-separated allowed values (of each item, for a list); absent: any */
  cnx_str doc;    /* a sentence or two; shown in the reference and by --help */
  cnx_str since;  /* the plugin's version that brought the key */
  cnx_str flag;   /* "-H,--hours" | "--batch-size"; absent: no flag */
} cnx_config_key;

/* One validated value, as text in the key's canonical form: a list joined by single commas, true|false, a
 * decimal number. Secrets are resolved. Keys with a default are always there; others only when set. */
typedef struct cnx_config_value {
  cnx_str name;
  cnx_str value;
} cnx_config_value;

/* Borrowed for the duration of the call that gets it. */
typedef struct cnx_config {
  uint32_t struct_size;
  uint32_t value_stride;
  uint64_t value_count;
  const cnx_config_value* values;
} cnx_config;

typedef uint32_t cnx_severity;
enum { CNX_FINDING_OK = 0, CNX_FINDING_WARNING = 1, CNX_FINDING_ERROR = 2 };

/* Where validation, `check` and `init` put what they find: one line each. Made by the host. */
typedef struct cnx_findings {
  uint32_t struct_size;
  void* ctx;
  /* object: a config key, a table, a column, a URL; message: what is so and why; mend: what to do (may be absent).
   * Copies all three. [the thread that made the call] */
  void (*add)(void* ctx, cnx_severity severity, cnx_str object, cnx_str message, cnx_str mend);
} cnx_findings;

#ifdef __cplusplus
}
#endif
#endif
