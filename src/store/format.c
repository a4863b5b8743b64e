/* format.c -- What became different in each format: see upgrade.h.
 *
 *   1  version 0.1.0
 *   2  the ids of charges and payments are those of all users (ledger_ids); a queue knows when the
 *      first of its performances goes on sale and has a waiting clock, and the timers of those who
 *      wait lie in its line
 *   3  every record has a head: a checksum, and the format it was written in (record_head.h)
 *   4  a wallet says whether its user is blocked, and there are events of that; the counters have
 *      the place in the log that the store has come to */
#include <stddef.h>

#include "store/format_version.h"
#include "store/upgrade.h"

/* Where records of before are read with defaults. */
static void leave(struct store_txn *txn, enum tree tree, const struct key *key, struct reader value)
{
    (void)txn;
    (void)tree;
    (void)key;
    (void)value;
}

const struct upgrade_step upgrade_steps[] = {
    {2, "ids of charges and payments", TREE_USERS, NULL, &upgrade_ledger_ids},
    {2, "timers of those who wait", TREE_TIMERS, upgrade_waiting_timer, NULL},
    {2, "queues", TREE_QUEUES, upgrade_queue, NULL},
    {3, "heads of meta", TREE_META, upgrade_head, NULL},
    {3, "heads of catalog", TREE_CATALOG, upgrade_head, NULL},
    {3, "heads of performance states", TREE_PERFORMANCE_STATES, upgrade_head, NULL},
    {3, "heads of seats", TREE_SEATS, upgrade_head, NULL},
    {3, "heads of reservations", TREE_RESERVATIONS, upgrade_head, NULL},
    {3, "heads of queues", TREE_QUEUES, upgrade_head, NULL},
    {3, "heads of queue entries", TREE_QUEUE_ENTRIES, upgrade_head, NULL},
    {3, "heads of queue users", TREE_QUEUE_USERS, upgrade_head, NULL},
    {3, "heads of queue ranks", TREE_QUEUE_RANKS, upgrade_head, NULL},
    {3, "heads of users", TREE_USERS, upgrade_head, NULL},
    {3, "heads of events", TREE_EVENTS, upgrade_head, NULL},
    {3, "heads of timers", TREE_TIMERS, upgrade_head, NULL},
    {3, "heads of ledger ids", TREE_LEDGER_IDS, upgrade_head, NULL},
    {4, "users that may be blocked", TREE_CATALOG, leave, NULL},
};

_Static_assert(sizeof upgrade_steps / sizeof upgrade_steps[0] >=
                   STORE_FORMAT_VERSION - STORE_FORMAT_OLDEST,
               "each format has a step at least");

const unsigned upgrade_steps_count = sizeof upgrade_steps / sizeof upgrade_steps[0];
