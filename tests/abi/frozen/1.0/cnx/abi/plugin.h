/* SPDX-License-Identifier: Apache-2.0
 *
 * The one symbol of a plugin: extern "C" const cnx_plugin cnx_plugin_v1.
 */
#ifndef CNX_ABI_PLUGIN_H
#define CNX_ABI_PLUGIN_H

#include "cnx/abi/config.h"
#include "cnx/abi/sink.h"
#include "cnx/abi/source.h"
#include "cnx/abi/transform.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CNX_PLUGIN_SYMBOL "cnx_plugin_v1"
#define CNX_PLUGIN_MAGIC 0x31584e43u /* "CNX1", little endian */

typedef uint32_t cnx_component_kind;
enum { CNX_SOURCE = 1, CNX_TRANSFORM = 2, CNX_SINK = 3 };

typedef struct cnx_component {
  uint32_t struct_size;
  cnx_component_kind kind;
  cnx_str name; /* connector.class or transforms.*.type */
  cnx_str doc;
  uint32_t key_stride;
  uint32_t key_count;
  const cnx_config_key* keys;
  const void* table; /* cnx_source, cnx_transform or cnx_sink */
  /* Rules that one key alone cannot express. May be NULL. Must not connect to anything. [any] */
  cnx_status (*validate)(const cnx_config* config, const cnx_findings* findings, cnx_error* error);
  /* Optional features by id with a revision (ext/); NULL: not offered. May be NULL. [any] */
  const void* (*extension)(const char* id);
} cnx_component;

/* The plugin works with hosts whose ABI lies within [abi_min, abi_max]; the host has such a window too and refuses,
 * naming both, when they do not overlap. struct_size, magic and the window never move. */
typedef struct cnx_plugin {
  uint32_t struct_size;
  uint32_t magic;
  uint32_t abi_min;
  uint32_t abi_max;
  cnx_str name;
  cnx_str version;
  uint32_t component_stride;
  uint32_t component_count;
  const cnx_component* components;
} cnx_plugin;

#ifdef __cplusplus
}
#endif
#endif
