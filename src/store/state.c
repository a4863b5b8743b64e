/* state.c -- What is to be said of a store: see store.h. */
#include "base/require.h"
#include "store/inside.h"

bool store_is_new(const struct store *store)
{
    REQUIRE(store->is_open);
    return store->is_new;
}

uint32_t store_upgraded_from(const struct store *store)
{
    REQUIRE(store->is_open);
    return store->upgraded_from;
}

uint64_t store_redone_records(const struct store *store)
{
    REQUIRE(store->is_open);
    return store->redone_records;
}

bool store_has_room(const struct store *store)
{
    return store->has_room;
}

uint64_t store_damage_met(const struct store *store)
{
    REQUIRE(store->is_open);
    return atomic_load(&store->damage.met);
}

const char *store_damaged_tree(const struct store *store, unsigned i)
{
    REQUIRE(i < STORE_TREES);
    bool is_damaged = (atomic_load(&store->damage.trees) & UINT32_C(1) << i) != 0;
    return is_damaged ? tree_name((enum tree)i) : NULL;
}

void store_usage(struct store *store, uint64_t *ret_used_bytes, uint64_t *ret_limit_bytes)
{
    *ret_used_bytes = environment_used_bytes(&store->environment);
    *ret_limit_bytes = store->room.map_bytes;
    REQUIRE(*ret_used_bytes <= *ret_limit_bytes);
}

void store_clear_stale_readers(struct store *store)
{
    int cleared;
    REQUIRE(store->is_open);
    mdb_reader_check(store->environment.env, &cleared);
}

void store_journal_usage(const struct store *store, uint64_t *ret_used_bytes,
                         uint64_t *ret_limit_bytes)
{
    REQUIRE(store->journal != NULL);
    *ret_used_bytes = journal_seen_bytes(store->journal);
    *ret_limit_bytes = journal_ring_bytes(store->journal);
}
