/* commit_load FOLDER SECONDS SETTING -- One LMDB commit after another, each of one small record. */
#include <lmdb.h>
#include <stdlib.h>

#include "base/require.h"
#include "bench/measure/clock.h"
#include "bench/measure/round.h"

static const size_t MAP_BYTES = 256 * 1024 * 1024;

struct store {
    MDB_env *environment;
    MDB_dbi records;
};

static void store_open(struct store *store, const char *folder)
{
    MDB_txn *txn;
    REQUIRE(mdb_env_create(&store->environment) == 0);
    REQUIRE(mdb_env_set_mapsize(store->environment, MAP_BYTES) == 0);
    REQUIRE(mdb_env_open(store->environment, folder, 0, 0600) == 0);
    REQUIRE(mdb_txn_begin(store->environment, NULL, 0, &txn) == 0);
    REQUIRE(mdb_dbi_open(txn, NULL, 0, &store->records) == 0);
    REQUIRE(mdb_txn_commit(txn) == 0);
}

static void commit_one(const struct store *store, uint64_t number)
{
    MDB_txn *txn;
    MDB_val key = {sizeof number, &number};
    MDB_val value = {sizeof number, &number};
    REQUIRE(mdb_txn_begin(store->environment, NULL, 0, &txn) == 0);
    REQUIRE(mdb_put(txn, store->records, &key, &value, 0) == 0);
    REQUIRE(mdb_txn_commit(txn) == 0);
}

int main(int argc, char **argv)
{
    static struct latencies latencies;
    struct round round = {0};
    struct store store;
    REQUIRE(argc == 4);
    store_open(&store, argv[1]);
    uint64_t started_ns = clock_now_ns();
    uint64_t end_ns = started_ns + (uint64_t)(strtod(argv[2], NULL) * (double)NS_PER_SECOND);
    for (uint64_t now_ns = started_ns; now_ns < end_ns;) {
        uint64_t before_ns = now_ns;
        commit_one(&store, round.operations++);
        now_ns = clock_now_ns();
        latencies_add(&latencies, now_ns - before_ns);
    }
    round.seconds = (double)(clock_now_ns() - started_ns) / (double)NS_PER_SECOND;
    mdb_env_close(store.environment);
    round_take_latencies(&round, &latencies);
    round_print(&round);
    return EXIT_SUCCESS;
}
