/* hand_over.h -- A leader leaves because it was asked to. It stops answering, has acknowledged what
 * it has begun, and appends END entries. Who sees them claims without waiting for a silence, and
 * need not wait for the read lease of the one before, which has answered nothing since.
 *
 * Meanwhile calls for a leader wait, at whatever server that knows of it: they are executed there
 * if it leads next, and otherwise told who does. */
#ifndef SERVER_HAND_OVER_H
#define SERVER_HAND_OVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct engine;
struct log_entry;

/** Unit: milliseconds. */
enum {
    LEAVE_MS = 500,     /* a leader tries to say that it leaves, and calls wait for the next */
    AWAIT_LOOK_MS = 2,  /* and servers look who it is */
    HAND_OVER_MS = 3000 /* who has left lets others be first, unless one was */
};

/** The writer's, but for what is said otherwise. */
struct leaving {
    int ends_left;                    /* of who leaves: entries to say so */
    int64_t until_ms;                 /* monotonic: then it stops without */
    bool is_left;                     /* the newest entry that was applied says that nobody leads */
    int64_t left_ns;                  /* since when, on the boot clock; 0: it isn't, or was tried */
    _Atomic int64_t awaited_until_ms; /* monotonic: calls wait until then; 0: they do not. Any
                                         thread */
};

/** Begins to leave, once everything is acknowledged and answered. The writer's, while it leads.
 * @return As engine_write. */
enum status hand_over_begin(struct engine *engine);

/** Goes on, if it has begun. The writer's. @return STATUS_OK: it has left, or had not begun;
 * STATUS_NOT_YET; a failure of the storage. */
enum status hand_over_go_on(struct engine *engine);

/** Notes whether the leader has left with this entry, which was just applied. The writer's. */
void hand_over_note_entry(struct engine *engine, const struct log_entry *entry);

/** Whether another is about to lead, so that calls wait for it. Any thread. */
bool hand_over_is_awaited(const struct engine *engine);

/** Somebody leads. Any thread. */
void hand_over_end(struct leaving *leaving);

#endif
