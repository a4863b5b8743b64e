/* backlog.h -- A store in which much ends at one instant, and batches that reap them. */
#ifndef TESTS_UNIT_SWEEP_BACKLOG_H
#define TESTS_UNIT_SWEEP_BACKLOG_H

#include "server/engine/leases.h"
#include "tests/store/fixture.h"

enum { BACKLOG_CONCERT = 1, BACKLOG_PERFORMANCE = 1, BACKLOG_TIERS = 2 };

/* What ends ends at BACKLOG_DUE_MS. */
enum { BACKLOG_START_MS = 1000 * 1000, BACKLOG_DUE_MS = 2000 * 1000 };

struct backlog {
    struct fixture *fixture;
    struct leases *leases;
    uint32_t performances; /* from BACKLOG_PERFORMANCE on; full of holds */
};

void backlog_open(struct backlog *backlog, struct fixture *fixture);
void backlog_close(struct backlog *backlog);

/** Makes performances and holds of a seat each, in batches; hold 1, 2, 3 ... is of user 1, 2, 3. */
void backlog_add_holds(struct backlog *backlog, uint32_t count);

/** Makes a queue that lets nobody in, and entries in it, in batches.
 * @param renewed  Whether polling renews the entries. */
void backlog_add_queue(struct backlog *backlog, bool renewed);

/** @param entered_at_ms  They wait BACKLOG_DUE_MS - BACKLOG_START_MS from then on. */
void backlog_add_entries(struct backlog *backlog, uint32_t count, unix_ms entered_at_ms);

/** What a batch without commands did at a moment. */
struct reaped {
    uint64_t touches; /* records asked for, written or deleted */
    uint64_t events;
    unix_ms due_ms; /* of the next batch */
};

struct reaped backlog_reap(struct backlog *backlog, unix_ms now_ms);

/** Pauses admission, or lets it go on. */
void backlog_pause(struct backlog *backlog, bool paused, unix_ms now_ms);

#endif
