/* format.c -- What became different in each format: see upgrade.h.
 *
 *   1  version 0.1.0
 *   2  the ids of charges and payments are those of all users (ledger_ids); a queue knows when the
 *      first of its performances goes on sale and has a waiting clock, and the timers of those who
 *      wait lie in its line */
#include "store/upgrade.h"

const struct upgrade_step upgrade_steps[] = {
    {2, "ids of charges and payments", TREE_USERS, upgrade_ledger_id},
    {2, "timers of those who wait", TREE_TIMERS, upgrade_waiting_timer},
    {2, "queues", TREE_QUEUES, upgrade_queue},
};

const unsigned upgrade_steps_count = sizeof upgrade_steps / sizeof upgrade_steps[0];
