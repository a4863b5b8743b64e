#include "store/tree.h"

#include "base/require.h"
#include "store/format_version.h"

_Static_assert(TREE_META == 0, "journals and checksums have the numbers of trees");
_Static_assert(TREE_SEATS == 3, "likewise");
_Static_assert(TREE_USERS == 9, "likewise");
_Static_assert(TREE_LEDGER_IDS == 12, "likewise");

const char *tree_name(enum tree tree)
{
    static const char *const names[TREES] = {
        [TREE_META] = "meta",
        [TREE_CATALOG] = "catalog",
        [TREE_PERFORMANCE_STATES] = "performance_states",
        [TREE_SEATS] = "seats",
        [TREE_RESERVATIONS] = "reservations",
        [TREE_QUEUES] = "queues",
        [TREE_QUEUE_ENTRIES] = "queue_entries",
        [TREE_QUEUE_USERS] = "queue_users",
        [TREE_QUEUE_RANKS] = "queue_ranks",
        [TREE_USERS] = "users",
        [TREE_EVENTS] = "events",
        [TREE_TIMERS] = "timers",
        [TREE_LEDGER_IDS] = "ledger_ids",
    };
    REQUIRE(tree < TREES);
    return names[tree];
}

uint32_t tree_since(enum tree tree)
{
    REQUIRE(tree < TREES);
    return tree == TREE_LEDGER_IDS ? 2 : STORE_FORMAT_OLDEST;
}
