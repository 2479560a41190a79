/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin in C, with a source, a transform and a sink that do nothing useful, and one fault each by -DFAULT=…: what
 * the conformance suite has to find. Without it, it has to find nothing.
 */
#define _POSIX_C_SOURCE 200809L /* dup */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cnx/abi/ext/sink_offsets.h"
#include "cnx/abi/plugin.h"
/* The frozen headers do not have it: with them this is a plugin from before the feature. */
#if __has_include("cnx/abi/ext/source_ahead.h")
#include "cnx/abi/ext/source_ahead.h"
#endif

enum {
  NONE,
  SECOND_SYMBOL,
  KEY_WITHOUT_DOC,
  DEFAULT_OUT_OF_RANGE,
  NULL_FUNCTION,
  RECORD_VANISHES,
  ORIGIN_FROM_NOWHERE,
  ERROR_WITHOUT_MESSAGE,
  CRASH_ON_NOTHING,
  POLL_HANGS,
  LEAKS,
  NOT_REPEATABLE,
  IGNORES_POSITION,
  REFUSES_AND_SAYS_OK,
  EXITS,
  IGNORES_CANCEL,
  STARTS_HALF_A_FEATURE,
  EMITS_TWICE,
  SHOWS_THE_SECRET,
  BLAMES_NO_KEY,
  STOPS_ONCE,
  LEAVES_FILES_OPEN,
  TAKES_INDEX_FOR_ORIGIN,
  KEEPS_THE_OUTPUT,
  LOGS_AFTER_DESTROY,
  GOES_ON_WHEN_ACKED,
  SHARES_ITS_VALUES,
  KNOWS_ONE_ACK,
  ACKS_ALL_AT_ONCE,
  ENDS_WHEN_UNACKED,
  SPOILS_THE_LAST,
  GIVES_OTHERS_AGAIN,
  SWAPS_TWO_OF_A_KEY,
  TWO_WALKS, /* no fault: only the order of different keys is another one each time */
  FORGETS_A_WALK,
  LONG_RANGE, /* no fault: more records than one without bounds is polled for, each with a key of its own */
  LOSES_ONE_OF_A_LONG_RANGE,
  REPEATS_ONE_OF_A_LONG_RANGE
};
#ifndef FAULT
#define FAULT NONE
#endif

static cnx_str text(const char* s) {
  cnx_str out = {s, strlen(s)};
  return out;
}
static const cnx_str kAbsent = {NULL, 0};

#if FAULT == 1 /* the preprocessor does not know enums */
__attribute__((visibility("default"))) int helper_that_should_be_hidden = 1;
#endif

typedef struct instance {
  int next;
  int stopped;
  volatile int cancelled;
  const cnx_output* kept; /* of an apply before */
  int unacked;
  int walks[2]; /* how many of their digits each of two walks has given */
  char shared[16];
} instance;

/* 'password' has to begin with 'p' when it is there. */
static cnx_status check_password(const cnx_config* config, cnx_error* error) {
  uint64_t i;
  for (i = 0; i < config->value_count; ++i) {
    const cnx_config_value* at = &config->values[i];
    if (at->name.size != 8 || memcmp(at->name.data, "password", 8) != 0) continue;
    if (at->value.size > 0 && at->value.data[0] == 'p') continue;
    error->action = CNX_CONFIG;
    error->set_message(error->ctx, FAULT == SHOWS_THE_SECRET ? at->value
                                   : FAULT == BLAMES_NO_KEY  ? text("something is wrong")
                                                             : text("password: it does not begin with 'p'"));
    return CNX_CONFIG;
  }
  return CNX_OK;
}

/* Through the log of the first instance, which is destroyed by then. */
static void log_too_late(const cnx_host* host) {
  static const cnx_log* first = NULL;
  if (first != NULL)
    first->write(first->ctx, CNX_LOG_INFO, text("again"));
  else
    first = host->service(host, CNX_SERVICE_LOG);
}

static cnx_status create(const cnx_host* host, const cnx_config* config, void** self, cnx_error* error) {
  if (FAULT == LOGS_AFTER_DESTROY) log_too_late(host);
  if (check_password(config, error) != CNX_OK) return CNX_CONFIG;
  if (FAULT == LEAVES_FILES_OPEN) (void)dup(0);
  if (FAULT == LEAKS) *(volatile char*)malloc(64 * 1024) = 1;
  *self = calloc(1, sizeof(instance));
  return CNX_OK;
}
static void destroy(void* self) { free(self); }
static void cancel(void* self) { ((instance*)self)->cancelled = 1; }
static void nothing(void* self) { (void)self; }
static void stop(void* self) {
  if (FAULT == STOPS_ONCE && ((instance*)self)->stopped++) abort();
}

/* A batch of one record; release frees it. */
typedef struct made {
  cnx_batch batch;
  cnx_record record;
  uint32_t origin;
  cnx_position position;
  char value[16];
} made;
static void release(cnx_batch* batch) { free(batch->owner); }
static made* make(int number) {
  made* m = calloc(1, sizeof *m);
  m->value[0] = (char)('0' + number);
  m->record.topic = text("t");
  m->record.partition = -1;
  m->record.offset = -1;
  m->record.key = kAbsent;
  m->record.value = text(m->value);
  m->batch.struct_size = sizeof m->batch;
  m->batch.kind = CNX_RECORDS;
  m->batch.count = 1;
  m->batch.origin = &m->origin;
  m->batch.record_stride = sizeof m->record;
  m->batch.records = &m->record;
  m->batch.owner = m;
  m->batch.release = release;
  return m;
}

/* Whether it is one of those with a long range, and its last record. */
#define IS_LONG (FAULT >= LONG_RANGE)
static const int kLast = IS_LONG ? 69 : 5;

/* The source: the digits from 0 to 5, and what follows them in ASCII when its range is long. It may be polled before
 * its acks. */
static int consumed; /* behind the last digit that an ack was mistaken for */
static int lives;
static cnx_status source_start(void* self, const cnx_source_start* from, cnx_source_plan* plan, cnx_error* error) {
  uint64_t i;
  (void)error;
  ++lives;
  for (i = 0; i < from->position_count && (FAULT == TWO_WALKS || (FAULT == FORGETS_A_WALK && i == 0)); ++i)
    ((instance*)self)->walks[from->positions[i].key.data[0] - 'a'] = from->positions[i].value.data[0] - '0';
  if (from->position_count > 0 && FAULT != IGNORES_POSITION && FAULT != TWO_WALKS && FAULT != FORGETS_A_WALK)
    ((instance*)self)->next = from->positions[0].value.data[0] - '0' + (FAULT == LOSES_ONE_OF_A_LONG_RANGE) -
                              (FAULT == REPEATS_ONE_OF_A_LONG_RANGE);
  if (from->position_count > 0 && ((instance*)self)->next < consumed) ((instance*)self)->next = consumed;
  plan->bounded = 1;
  plan->range_id = text("digits");
  plan->title = text("six digits");
  return CNX_OK;
}
static void give(made* m, const char* position, int value, cnx_source_batch* out) {
  m->position.key = text(position);
  m->value[8] = (char)('0' + value); /* in the same memory */
  m->position.value = text(m->value + 8);
  m->position.range_id = kAbsent;
  out->records = &m->batch;
  out->position_stride = sizeof m->position;
  out->position_count = 1;
  out->positions = &m->position;
}
/* Two walks in turns, each with a key and a position of its own; every other life begins with the other one. */
static cnx_status poll_two_walks(instance* me, cnx_source_batch* out) {
  static const char* const kNames[] = {"a", "b"};
  int walk = (me->next++ + lives) % 2;
  made* m;
  if (me->walks[walk] == 3) walk = 1 - walk;
  if (me->walks[walk] == 3) return CNX_END;
  m = make(3 * walk + me->walks[walk]);
  m->record.key = text(kNames[walk]);
  give(m, kNames[walk], ++me->walks[walk], out);
  return CNX_OK;
}
static cnx_status source_poll(void* self, int64_t deadline_ns, cnx_source_batch* out, cnx_error* error) {
  instance* me = self;
  made* m;
  (void)deadline_ns;
  while (FAULT == POLL_HANGS) {
  }
  if (me->cancelled && FAULT != IGNORES_CANCEL) {
    error->action = CNX_CANCELLED;
    return CNX_CANCELLED;
  }
  if (FAULT == TWO_WALKS || FAULT == FORGETS_A_WALK) return poll_two_walks(me, out);
  if (me->next > kLast) return FAULT == IGNORES_CANCEL ? CNX_OK : CNX_END;
  if (FAULT == ENDS_WHEN_UNACKED && me->unacked > 0) return CNX_END;
  m = make(FAULT == SPOILS_THE_LAST && me->next == 5 && me->unacked > 0 ? 4 : me->next);
  if (FAULT == GIVES_OTHERS_AGAIN && lives == 2 && me->next == 5) m->value[0] = '7';
  if (IS_LONG) m->record.key = text(m->value);
  if (FAULT == SWAPS_TWO_OF_A_KEY) {
    m->record.key = text("k");
    if (lives == 2 && (me->next == 2 || me->next == 3)) m->value[0] = (char)('0' + (me->next ^ 1));
  }
  ++me->next;
  me->unacked = FAULT == KNOWS_ONE_ACK ? 1 : me->unacked + 1;
  if (FAULT == SHARES_ITS_VALUES) {
    memcpy(me->shared, m->value, sizeof me->shared);
    m->record.value = text(me->shared);
  }
  give(m, "next", me->next, out);
  if (FAULT == GOES_ON_WHEN_ACKED) --me->next;
  return CNX_OK;
}
static void source_acked(void* self) {
  instance* me = self;
  if (FAULT == GOES_ON_WHEN_ACKED) ++me->next;
  if (FAULT == KNOWS_ONE_ACK && me->unacked == 0) abort();
  consumed = FAULT == ACKS_ALL_AT_ONCE && me->unacked > 1 ? me->next : 0;
  --me->unacked;
}

/* The transform: a digit for each record. */
static cnx_status apply(void* self, const cnx_batch* in, const cnx_output* out, cnx_error* error) {
  uint64_t i;
  instance* me = self;
  const cnx_output* to = FAULT == KEEPS_THE_OUTPUT && me->kept != NULL ? me->kept : out;
  me->kept = out;
  if (FAULT == ERROR_WITHOUT_MESSAGE) return error->action = CNX_FATAL;
  if (FAULT == CRASH_ON_NOTHING && in->count == 0) abort();
  if (FAULT == EXITS) exit(7);
  for (i = 0; i < in->count; ++i) {
    made* m;
    if (FAULT == RECORD_VANISHES && in->records[i].value.data == NULL) continue;
    m = make(FAULT == NOT_REPEATABLE ? me->next++ % 7 : 1);
    m->origin = FAULT == ORIGIN_FROM_NOWHERE ? 100000 : FAULT == TAKES_INDEX_FOR_ORIGIN ? (uint32_t)i : in->origin[i];
    to->emit(to->ctx, &m->batch);
    if (FAULT == EMITS_TWICE) to->emit(to->ctx, &m->batch);
  }
  return CNX_OK;
}

/* The sink: takes all. */
static cnx_status sink_start(void* self, cnx_error* error) {
  (void)self, (void)error;
  return CNX_OK;
}
static cnx_status sink_prepare(void* self, const cnx_batch* shape, cnx_error* error) {
  (void)self, (void)shape, (void)error;
  return CNX_OK;
}
static cnx_status sink_write(void* self, const cnx_batch* batch, cnx_selection rows, const cnx_rejects* rejects,
                             cnx_error* error) {
  (void)self, (void)batch, (void)error;
  if (FAULT == REFUSES_AND_SAYS_OK && rows.count > 0) rejects->reject(rejects->ctx, 0, kAbsent, text("no"), 0);
  return CNX_OK;
}
static cnx_status sink_flush(void* self, cnx_error* error) {
  (void)self, (void)error;
  return CNX_OK;
}

#define LITERAL(s) {s, sizeof(s) - 1}
static const cnx_config_key kKeys[] = {{sizeof(cnx_config_key),
                                        CNX_CONFIG_INT,
                                        CNX_CONFIG_HAS_RANGE,
                                        0,
                                        LITERAL("size"),
                                        LITERAL("10"),
                                        {NULL, 0},
                                        FAULT == DEFAULT_OUT_OF_RANGE ? 20 : 1,
                                        100,
                                        {NULL, 0},
                                        {"How many.", FAULT == KEY_WITHOUT_DOC ? 0 : 9},
                                        LITERAL("0.1.0"),
                                        {NULL, 0}},
                                       {sizeof(cnx_config_key),
                                        CNX_CONFIG_STRING,
                                        CNX_CONFIG_SECRET,
                                        0,
                                        LITERAL("password"),
                                        {NULL, 0},
                                        {NULL, 0},
                                        0,
                                        0,
                                        {NULL, 0},
                                        LITERAL("Begins with 'p'."),
                                        LITERAL("0.1.0"),
                                        {NULL, 0}}};
static const cnx_source kSource = {sizeof(cnx_source), create,       destroy, source_start,
                                   source_poll,        source_acked, cancel,  stop};
static const cnx_transform kTransform = {sizeof(cnx_transform), CNX_RECORDS, CNX_RECORDS, create, destroy, apply};
static const cnx_sink kSink = {sizeof(cnx_sink), CNX_RECORDS, create,
                               destroy,          sink_start,  sink_prepare,
                               sink_write,       sink_flush,  FAULT == NULL_FUNCTION ? NULL : nothing,
                               cancel,           stop};
static const cnx_sink_offsets kHalf = {sizeof(cnx_sink_offsets), 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
#ifdef CNX_EXT_SOURCE_AHEAD
static const cnx_source_ahead kAhead = {sizeof(cnx_source_ahead), 0};
#endif
static const void* extension(const char* id) {
#ifdef CNX_EXT_SOURCE_AHEAD
  if (strcmp(id, CNX_EXT_SOURCE_AHEAD) == 0) return &kAhead;
#endif
  return FAULT == STARTS_HALF_A_FEATURE && strcmp(id, CNX_EXT_SINK_OFFSETS) == 0 ? &kHalf : NULL;
}
#define COMPONENT(kind, name, table) \
  {sizeof(cnx_component),            \
   kind,                             \
   LITERAL(name),                    \
   LITERAL("For tests."),            \
   sizeof(cnx_config_key),           \
   2,                                \
   kKeys,                            \
   table,                            \
   NULL,                             \
   extension}
static const cnx_component kComponents[] = {COMPONENT(CNX_SOURCE, "c-source", &kSource),
                                            COMPONENT(CNX_TRANSFORM, "c-transform", &kTransform),
                                            COMPONENT(CNX_SINK, "c-sink", &kSink)};

extern const cnx_plugin cnx_plugin_v1;
__attribute__((visibility("default"))) const cnx_plugin cnx_plugin_v1 = {
    sizeof(cnx_plugin), CNX_PLUGIN_MAGIC,      CNX_ABI_1_0, 1999,       LITERAL("c-plugin"),
    LITERAL("1.0.0"),   sizeof(cnx_component), 3,           kComponents};
