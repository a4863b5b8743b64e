/* memory.h -- A log in memory, for tests: what a group of PostgreSQL servers does, with the faults
 * that a test plans, on a clock that the test moves. No threads, and nothing waits: log_flush, with
 * a patience of 0, comes back with STATUS_NOT_YET until the clock has moved far enough.
 *
 * An insert travels to the primary and lands there: followers may see it (a standby had it) though
 * nobody knows it as safe; then it is safe; then the answer travels back. A failover loses what
 * landed and was not safe. What is safe stays, and so does all before it. */
#ifndef LOG_MEMORY_MEMORY_H
#define LOG_MEMORY_MEMORY_H

#include <stdbool.h>

#include "log/engine.h"
#include "log/log.h"

enum memory_fault {
    MEMORY_FAULT_NONE,
    MEMORY_FAULT_ANSWER_LOST,  /* it lands and is safe; the outcome is unknown */
    MEMORY_FAULT_REQUEST_LOST, /* it never lands; the outcome is unknown */
    MEMORY_FAULT_WARNING,      /* it lands, is not safe, and the commit comes with a warning */
    MEMORY_FAULT_UNSAFE,       /* it lands, is not safe; the outcome is unknown */
    MEMORY_FAULT_LATE,         /* the outcome is unknown; it lands after late_ns, and is safe */
};

/** Nanoseconds of the test's clock. 0 everywhere: each operation is answered at once. */
struct memory_times {
    int64_t to_land_ns, to_be_safe_ns, to_answer_ns; /* each after the one before */
    int64_t late_ns;                                 /* of MEMORY_FAULT_LATE */
    int64_t deadline_ns;                             /* an answer later than that is unknown */
};

/** What the replicas of a test share. */
struct memory_log;

/* --- group.c ---------------------------------------------------------------------------------- */

/** @param first_index  From which on the log has entries, 1..
 * @param now_ns       The clock. All operations take no time until memory_log_set_times.
 * @return NULL if there is no memory. */
struct memory_log *memory_log_make(const uint8_t shop[LOG_SHOP_BYTES], uint64_t first_index,
                                   int64_t (*now_ns)(void *context), void *context);

/** All logs must be closed. NULL is fine. */
void memory_log_free(struct memory_log *memory);

/** A replica's way to it.
 * @param shop  What it takes the log for.
 * @return NULL if there is no memory. */
struct log *memory_log_open(struct memory_log *memory, const uint8_t shop[LOG_SHOP_BYTES]);

void memory_log_set_times(struct memory_log *memory, struct memory_times times);

/** From now on inserts have faults by chance, that a seed repeats; 0 per mille: none. */
void memory_log_seed(struct memory_log *memory, uint64_t seed, unsigned per_mille);

/** The next inserts of a replica have this fault. */
void memory_log_plan(struct log *log, enum memory_fault fault, unsigned inserts);

/** Whether a replica can reach the engine. What it sent before is under way still. */
void memory_log_set_away(struct log *log, bool is_away);

/** How many of the newest rows a replica does not see when it follows: its standby lags. Reading to
 * the end sees all. When it looks elsewhere, it is 0 again. */
void memory_log_set_lag(struct log *log, size_t rows);

/** Why log_check refuses to lead from now on; NULL: it doesn't. */
void memory_log_set_unfit(struct memory_log *memory, const char *problem);

/** Rows, for tests that look and that damage. */
size_t memory_log_rows(const struct memory_log *memory);

/** In the order of their indexes. The body is the row's own and may be changed.
 * @return Borrowed until the log changes. */
struct log_row *memory_log_row(struct memory_log *memory, size_t at);

/** Puts a copy of a row that no leader sent, safe. There must be none at this index.
 * @return False if there is no memory. */
bool memory_log_put(struct memory_log *memory, const struct log_row *row);

void memory_log_remove(struct memory_log *memory, size_t at);

/** Puts back what was trimmed, for who wants to read all that was. @return How many rows. */
size_t memory_log_put_back(struct memory_log *memory);

/* --- landing.c -------------------------------------------------------------------------------- */

/** The primary is lost, with what is not safe and what is under way to it. */
void memory_log_fail_over(struct memory_log *memory);

/** Lets inserts that are due land. All other calls do so first. */
void memory_log_step(struct memory_log *memory);

/** When something is to happen next, for a test that moves the clock; INT64_MAX: nothing is. */
int64_t memory_log_next_ns(struct memory_log *memory);

#endif
