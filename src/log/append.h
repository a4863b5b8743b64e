/* append.h -- How a leader's entries get into the log: once, in order, and acknowledged only when
 * they can't be lost.
 *
 * All that is staged goes as one row, and the next row waits for it. The primary key is the fence:
 * a row is inserted at the index after the last, or not at all. When the outcome is not known (the
 * connection is lost, the deadline is over, the commit came with a warning), the index is looked
 * at: nothing there, so the same row is sent again; the same row, so one more commit is waited for
 * (the barrier), for the row may be there and not yet be safe; another's row, so this leader is
 * deposed, unless its START was acknowledged and the row is of an epoch below: that one is void,
 * and makes room. A place that was free may be one whose row was trimmed: who has slept looks. */
#ifndef LOG_APPEND_H
#define LOG_APPEND_H

#include <pthread.h>
#include <stdatomic.h>

#include "log/engine.h"

enum append_step { APPEND_INSERT, APPEND_LOOK, APPEND_ERASE, APPEND_BARRIER };

struct log_append {
    struct log_engine *engine;
    uint64_t epoch; /* claimed last; 0: none */

    pthread_mutex_t stage_lock;
    struct log_bytes staged; /* entries that no row has */
    uint64_t staged_first;   /* index of the first of them */
    uint64_t next;           /* index of the next to be staged; 0: START comes next */

    pthread_mutex_t flush_lock;
    struct log_packer packer;
    struct log_bytes entries, body; /* of the row under way */
    struct log_row row;
    bool has_row;
    enum append_step step;
    int64_t first_sent_ns;     /* of the row's first insert; 0: not sent yet */
    int64_t fresh_ns;          /* when nobody else had its place: a claim, or an append */
    struct log_row_head found; /* by LOOK, to be erased */
    uint64_t start;            /* index of this leader's START */
    bool has_started;          /* it is acknowledged */
    bool is_deposed;

    _Atomic uint64_t acknowledged;
    _Atomic uint64_t durable; /* what is known as acknowledged, by whoever's word */
    _Atomic int64_t lease_ns;
};

/** @return False if there is no memory. */
bool log_append_init(struct log_append *append, struct log_engine *engine);

void log_append_deinit(struct log_append *append);

/** Says that entries up to this index are acknowledged, by whoever's word. */
void log_append_know_durable(struct log_append *append, uint64_t index);

/** A leader of this epoch begins: the one before is forgotten with what it staged. */
void log_append_begin(struct log_append *append, uint64_t epoch);

/** See log_stage. */
enum status log_append_stage(struct log_append *append, const struct log_entry *entry);

/** See log_flush. */
enum status log_append_flush(struct log_append *append, int64_t patience_ms);

#endif
