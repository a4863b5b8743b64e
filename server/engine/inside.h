/* inside.h -- What the files of the engine share. */
#ifndef SERVER_INSIDE_H
#define SERVER_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/limits.h"
#include "model/queue.h"
#include "server/engine/call_list.h"
#include "server/engine/engine.h"
#include "server/engine/leases.h"
#include "server/engine/seat_maps.h"
#include "server/engine/watchers.h"

/* Calls that wait for a part of the engine; several threads put, one takes. */
struct call_queue {
    pthread_mutex_t lock;
    struct call_list calls;
};

struct engine {
    struct store *store;
    struct engine_world world;
    struct rpc_application application;
    struct rpc_dispatcher *dispatcher;
    struct leases *leases;
    struct seat_maps *seat_maps;
    unix_ms started_at_ms;
    atomic_bool draining;

    struct clock clock;
    unix_ms last_write_ms;          /* before the start */
    _Atomic unix_ms clock_shown_ms; /* newest time that a caller was told */
    _Atomic unix_ms clock_saved_ms; /* newest time on disk */

    struct call_queue writes;
    struct call_queue behind;    /* reads that must see what is not shown yet */
    atomic_uint_fast64_t told;   /* number of the last write that callers may know of */
    struct call_queue unflushed; /* executed; they tell of what is not on disk yet */
    struct watchers watchers;
    struct call_queue slow;

    _Atomic unix_ms timer_due_ms; /* earliest timer in the store */
    _Atomic unix_ms show_due_ms;  /* what is applied is shown then at the latest; or NEVER */
    atomic_bool was_read;         /* since it was shown last */
    atomic_uint_fast64_t batches;
    atomic_uint_fast64_t commands;
    uint8_t entropy[WRITER_BATCH_MAX][QUEUE_SECRET_BYTES]; /* the writer's */
};

/** Appends calls; those beyond `calls_max` in all are finished with `refusal`.
 * @return Whether the queue was empty before and is not now: its part needs waking. */
bool call_queue_put(struct call_queue *queue, struct call_list *calls, size_t calls_max,
                    enum status refusal);

/** Takes at most `count` calls from the front. */
struct call_list call_queue_take(struct call_queue *queue, size_t count);

size_t call_queue_count(struct call_queue *queue);

/** Executes calls in order on one snapshot and notes their outcomes. */
void reader_execute(struct engine *engine, struct call_list *calls);

/** Takes the long polls with nothing to tell yet out of reads that were executed. */
struct call_list reader_take_waiting(struct call_list *calls);

/** How many records a read may have to answer. */
uint32_t reader_records_asked(const struct rpc_call *rpc);

/** A peer is gone: its long polls give up their places. */
void engine_peer_gone(void *context, const struct rpc_peer *peer);

/** Executes reads and finishes those that have something to tell; the others wait for it. */
void reader_serve(struct engine *engine, struct call_list *calls);

/** Whether a read would miss what callers have been told already. */
bool reader_is_behind(const struct engine *engine);

/** Sorts the calls of a frame: executes reads and first looks, hands on the others. */
void engine_start(void *context, struct rpc_call *first);

/** Finishes calls that tell of nothing later than their saw_write: now or after the next flush. */
void flusher_finish(struct engine *engine, struct call_list *calls);

/** The clock for what callers are told. */
unix_ms engine_show_now_ms(void *context);

#endif
