/* finding.h -- One run of the check: its snapshot, its index and its findings. */
#ifndef SERVER_CHECK_FINDING_H
#define SERVER_CHECK_FINDING_H

#include <stdbool.h>

#include "server/check/check.h"

struct index;

struct checker {
    struct store_txn *txn;
    struct arena *arena;
    unix_ms now_ms;
    struct index *index;
    struct check_report *report;
    bool out_of_memory; /* a violation could not be noted */
};

/** Notes a violation; from VIOLATIONS_MAX on it is dropped.
 * @param invariant  A constant. */
__attribute__((format(printf, 3, 4))) void
check_found(struct checker *checker, const char *invariant, const char *format, ...);

/** Parts of the check. Each reads the index and the store and notes what it finds. */
void check_seats(struct checker *checker);
void check_money(struct checker *checker);
void check_queues(struct checker *checker);
void check_timers(struct checker *checker);
void check_counters(struct checker *checker);

/** Replays every event into the index and compares. */
void check_events(struct checker *checker);

#endif
