/* hashes.h -- Replicas of a shop compare what they have. The leader puts a mark into the log now
 * and then: an entry at which every replica hashes its records, beside everything else. When the
 * leader has its hash, it puts that into the log, too. Whose own differs has another shop than the
 * one that is sold, whatever the reason: it answers nothing any more, and its folder is not opened
 * again. */
#ifndef SERVER_HASHES_H
#define SERVER_HASHES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/time.h"
#include "store/store.h"

enum { HASH_EVERY_MS = 60 * 1000 };

struct engine;

/** Of a mark. */
struct state_hash {
    uint64_t index; /* 0: none */
    uint8_t bytes[STORE_HASH_BYTES];
};

/** With the lock of the role but for what is said otherwise. */
struct hashes {
    struct state_hash own;
    struct state_hash told;      /* by the log */
    _Atomic uint64_t differs_at; /* the mark at which they do; 0: none. Any thread */
    int64_t marked_ms;           /* on the monotonic clock: the leader's last. The writer's */
};

/** Whether its records are others than the leader's. Any thread. */
static inline bool hashes_differ(const struct hashes *hashes)
{
    return atomic_load(&hashes->differs_at) != 0;
}

/** Makes the entry of a leader that is due, if one is: a mark, or its hash. The writer's.
 * @return As engine_write. */
enum status hashes_append(struct engine *engine, unix_ms now_ms);

/** Whether a mark is due. The writer's, while it leads. */
bool hashes_mark_is_due(const struct engine *engine);

/** Takes what an entry tells of the leader's. The writer's. */
void hashes_note_entry(struct engine *engine, const struct log_entry *entry);

/** Hashes the records as they were at a mark, if one has come. The slow worker's. */
void hashes_run(struct engine *engine);

/** The newest that it has taken itself. Any thread. */
struct state_hash hashes_own(struct engine *engine);

#endif
