/* check.h -- Reads the whole store in one snapshot and checks every invariant. */
#ifndef SERVER_CHECK_H
#define SERVER_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/time.h"
#include "store/store.h"

struct violation {
    const char *invariant;   /* a constant, for example "seat-in-two-reservations" */
    const char *description; /* in the arena */
};

struct check_report {
    size_t violations_count; /* those listed; the check stops counting at VIOLATIONS_MAX */
    struct violation violations[VIOLATIONS_MAX];
    uint64_t seats_checked;
    uint64_t reservations_checked;
    uint64_t tickets_checked;
    uint64_t wallets_checked;
    uint64_t queue_entries_checked;
    uint64_t events_checked;
};

/** Checks every invariant at a moment.
 * @return STATUS_OK, also if violations were found; STATUS_OUT_OF_MEMORY. */
enum status check_store(struct store_txn *txn, struct arena *arena, unix_ms now_ms,
                        struct check_report *ret_report);

#endif
