/* SPDX-License-Identifier: Apache-2.0
 *
 * What the host offers to plugins, by string id with a revision. A service that this host does not have is NULL:
 * a plugin that needs it refuses to start with CNX_CONFIG and names it.
 */
#ifndef CNX_ABI_HOST_H
#define CNX_ABI_HOST_H

#include "cnx/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One per component instance; valid from create to destroy of that instance. */
typedef struct cnx_host {
  uint32_t struct_size;
  uint32_t abi;      /* CNX_ABI_CURRENT of the host */
  cnx_str connector; /* name of the connector; "preview" etc. never appear here */
  int32_t task;      /* 0 … tasks - 1 */
  int32_t task_count;
  void* ctx;
  const void* (*service)(const struct cnx_host* self, const char* id); /* id is NUL-terminated; [owner] */
} cnx_host;

typedef int32_t cnx_log_level;
enum { CNX_LOG_DEBUG = 1, CNX_LOG_INFO = 2, CNX_LOG_WARNING = 3, CNX_LOG_ERROR = 4 };

#define CNX_SERVICE_LOG "cnx.log/1"
typedef struct cnx_log {
  uint32_t struct_size;
  void* ctx;
  int32_t (*enabled)(void* ctx, cnx_log_level level);             /* [any] */
  void (*write)(void* ctx, cnx_log_level level, cnx_str message); /* one line; newlines are escaped; [any] */
} cnx_log;

/* Time comes from here so that a run can be repeated. */
#define CNX_SERVICE_CLOCK "cnx.clock/1"
typedef struct cnx_clock {
  uint32_t struct_size;
  void* ctx;
  int64_t (*now_us)(void* ctx);       /* microseconds since the epoch, UTC; may jump; [any] */
  int64_t (*monotonic_ns)(void* ctx); /* never jumps; [any] */
} cnx_clock;

/* Waiting that a stop or cancel ends at once. */
#define CNX_SERVICE_WAIT "cnx.wait/1"
typedef struct cnx_wait {
  uint32_t struct_size;
  void* ctx;
  cnx_status (*wait_ms)(void* ctx, int64_t milliseconds); /* CNX_OK: time is over; CNX_CANCELLED: stop asked; [owner] */
  int32_t (*stopping)(void* ctx);                         /* [any] */
} cnx_wait;

/* Metric handles are made once, outside hot loops; names get the host's prefix and the labels connector and task. */
#define CNX_SERVICE_METRICS "cnx.metrics/1"
typedef struct cnx_metrics {
  uint32_t struct_size;
  void* ctx;
  void* (*counter)(void* ctx, cnx_str name, cnx_str help); /* never NULL; [owner] */
  void* (*gauge)(void* ctx, cnx_str name, cnx_str help);
  void (*add)(void* metric, double amount); /* counters: amount >= 0; [any] */
  void (*set)(void* metric, double value);  /* gauges; [any] */
} cnx_metrics;

/* How far a source is, for progress bar, status and summary. A unit of work is what the source plans in: a window of
 * an API, a file. */
#define CNX_SERVICE_PROGRESS "cnx.progress/1"
typedef uint32_t cnx_unit_state;
enum { CNX_UNIT_PLANNED = 0, CNX_UNIT_OPEN = 1, CNX_UNIT_DONE = 2, CNX_UNIT_FAILED = 3, CNX_UNIT_SPLIT = 4 };
typedef struct cnx_unit {
  uint32_t struct_size;
  cnx_unit_state state;
  cnx_str name;     /* unique in the task; shown as it stands */
  int64_t expected; /* items announced; -1 = not known */
  int64_t fetched;  /* items got, raw: with repeats */
  int64_t pages;
  int64_t tries;
  int64_t repeats; /* items dropped because they were sent before or belong to another unit */
} cnx_unit;
typedef struct cnx_progress {
  uint32_t struct_size;
  void* ctx;
  void (*unit)(void* ctx, const cnx_unit* unit); /* adds or replaces the unit of that name; [owner] */
  void (*health)(void* ctx,
                 cnx_str state); /* what the task waits for ("rate limit, 12 s"); absent: it works; [owner] */
} cnx_progress;

#ifdef __cplusplus
}
#endif
#endif
