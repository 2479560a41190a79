/* SPDX-License-Identifier: Apache-2.0
 *
 * A transform in plain C as a later minor version of the ABI would have it: every table has grown at its end, every
 * array has a longer stride. It turns each record into a row (origin, length of the value). */
#include <stdlib.h>
#include <string.h>

#include "cnx/abi/plugin.h"

#define TEXT(literal) {literal, sizeof(literal) - 1}

typedef struct later_column {
  cnx_column base;
  uint64_t news;
} later_column;

typedef struct later_batch {
  cnx_batch base;
  uint64_t news[4];
  later_column columns[2];
  int64_t* values[2];
} later_batch;

typedef struct later_transform {
  cnx_transform base;
  void (*news)(void* self);
} later_transform;

typedef struct later_key {
  cnx_config_key base;
  cnx_str news;
} later_key;

typedef struct later_component {
  cnx_component base;
  uint64_t news;
} later_component;

static cnx_status create(const cnx_host* host, const cnx_config* config, void** self, cnx_error* error) {
  (void)host;
  (void)config;
  (void)error;
  *self = malloc(1);
  return *self != NULL ? CNX_OK : CNX_FATAL;
}

static void destroy(void* self) { free(self); }

static void release(cnx_batch* batch) {
  later_batch* self = batch->owner;
  free((void*)batch->origin);
  free(self->values[0]);
  free(self->values[1]);
  free(self);
}

static void set_column(later_batch* batch, int i, const char* name, int64_t* values) {
  memset(&batch->columns[i], 0xee, sizeof batch->columns[i]); /* what this host does not know is not zero */
  cnx_column column = {{name, strlen(name)}, CNX_INT64, CNX_COLUMN_NOT_NULL, 64, 0, 0, 0, NULL, values};
  batch->columns[i].base = column;
  batch->values[i] = values;
}

static const cnx_record* record_at(const cnx_batch* in, uint64_t i) {
  return (const cnx_record*)(const void*)((const char*)in->records + i * in->record_stride);
}

static cnx_status apply(void* self, const cnx_batch* in, const cnx_output* out, cnx_error* error) {
  (void)self;
  (void)error;
  later_batch* made = calloc(1, sizeof *made);
  uint32_t* origin = calloc(in->count, sizeof *origin);
  set_column(made, 0, "origin", calloc(in->count, sizeof(int64_t)));
  set_column(made, 1, "length", calloc(in->count, sizeof(int64_t)));
  for (uint64_t i = 0; i < in->count; ++i) {
    origin[i] = in->origin[i];
    made->values[0][i] = in->origin[i];
    made->values[1][i] = (int64_t)record_at(in, i)->value.size;
  }
  made->base.struct_size = sizeof *made;
  made->base.kind = CNX_ROWS;
  made->base.count = in->count;
  made->base.origin = origin;
  made->base.column_stride = sizeof(later_column);
  made->base.column_count = 2;
  made->base.columns = &made->columns[0].base;
  made->base.owner = made;
  made->base.release = release;
  out->emit(out->ctx, &made->base);
  return CNX_OK;
}

static const later_transform table = {{sizeof(later_transform), CNX_RECORDS, CNX_ROWS, create, destroy, apply},
                                      destroy};

static const later_key keys[] = {{{sizeof(later_key),
                                   CNX_CONFIG_INT,
                                   CNX_CONFIG_HAS_RANGE,
                                   0,
                                   TEXT("first"),
                                   TEXT("5"),
                                   TEXT("ms"),
                                   1,
                                   9,
                                   {NULL, 0},
                                   TEXT("The first key."),
                                   TEXT("1.0"),
                                   {NULL, 0}},
                                  TEXT("news")},
                                 {{sizeof(later_key),
                                   CNX_CONFIG_STRING,
                                   CNX_CONFIG_REQUIRED,
                                   0,
                                   TEXT("second"),
                                   {NULL, 0},
                                   {NULL, 0},
                                   0,
                                   0,
                                   {NULL, 0},
                                   TEXT("The second key."),
                                   TEXT("1.0"),
                                   {NULL, 0}},
                                  TEXT("news")}};

static const later_component components[] = {
    {{sizeof(later_component), CNX_TRANSFORM, TEXT("later"), TEXT("Rows of lengths."), sizeof(later_key), 2,
      &keys[0].base, &table, NULL, NULL},
     1},
    {{sizeof(later_component), CNX_TRANSFORM, TEXT("later-too"), TEXT("The same."), sizeof(later_key), 0, NULL, &table,
      NULL, NULL},
     2}};

typedef struct later_plugin {
  cnx_plugin base;
  uint64_t news;
} later_plugin;

/* The symbol is that of the first member, which the longer table begins with. */
__attribute__((visibility("default"))) extern const later_plugin cnx_plugin_v1;
const later_plugin cnx_plugin_v1 = {{sizeof(later_plugin), CNX_PLUGIN_MAGIC, CNX_ABI_1_0, CNX_ABI_1_0 + 7,
                                     TEXT("later"), TEXT("9.1"), sizeof(later_component), 2, &components[0].base},
                                    1};
