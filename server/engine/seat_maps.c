#include "server/engine/seat_maps.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "model/seat_block.h"
#include "store/records.h"

/* Performances share a slot if there are more of them; then they take turns. */
enum { SLOTS = 256 };

_Static_assert(SLOTS >= 1, "every performance has a slot");

_Static_assert(sizeof(unix_ms) == sizeof(uint64_t), "ends and versions are aligned alike");
_Static_assert(SEATS_PER_BLOCK % 4 == 0, "states fill their bytes");

/* A map that was made, and how long it holds: until the version changes or a hold ends. */
struct slot {
    pthread_mutex_t lock;
    uint32_t performance_id; /* 0: empty */
    uint64_t version;
    unix_ms made_at_ms;
    unix_ms holds_until_ms; /* the earliest of the blocks */
    struct seat_map map;    /* one piece of memory, at `versions` */
};

struct seat_maps {
    struct slot slots[SLOTS];
};

enum status seat_maps_open(struct seat_maps **ret_maps)
{
    struct seat_maps *maps = calloc(1, sizeof *maps);
    if (maps == NULL) return STATUS_OUT_OF_MEMORY;
    for (size_t i = 0; i < SLOTS; i++)
        pthread_mutex_init(&maps->slots[i].lock, NULL);
    *ret_maps = maps;
    return STATUS_OK;
}

void seat_maps_close(struct seat_maps *maps)
{
    if (maps == NULL) return;
    for (size_t i = 0; i < SLOTS; i++) {
        pthread_mutex_destroy(&maps->slots[i].lock);
        free(maps->slots[i].map.versions);
    }
    free(maps);
}

static uint32_t blocks_of(const struct performance *performance)
{
    REQUIRE(performance->seat_count >= 1);
    return (performance->seat_count + SEATS_PER_BLOCK - 1) / SEATS_PER_BLOCK;
}

static size_t aligned(size_t bytes)
{
    return (bytes + sizeof(unix_ms) - 1) / sizeof(unix_ms) * sizeof(unix_ms);
}

/* The part for callers: versions and states, and which blocks have expired holds. */
static size_t shown_bytes(uint32_t blocks_count)
{
    return aligned(blocks_count * (sizeof(uint64_t) + SEAT_BLOCK_STATE_BYTES + sizeof(bool)));
}

static size_t ends_bytes(uint32_t blocks_count)
{
    return blocks_count * sizeof(unix_ms);
}

static struct seat_map map_in(void *shown, void *ends, uint32_t blocks_count)
{
    REQUIRE((uintptr_t)shown % sizeof(uint64_t) == 0);
    REQUIRE((uintptr_t)ends % sizeof(unix_ms) == 0);
    uint64_t *versions = shown;
    uint8_t *states = (uint8_t *)(versions + blocks_count);
    return (struct seat_map){
        .blocks_count = blocks_count,
        .versions = versions,
        .states = states,
        .expired = (bool *)(states + blocks_count * SEAT_BLOCK_STATE_BYTES),
        .holds_until = ends,
    };
}

static void map_copy(const struct seat_map *to, const struct seat_map *from)
{
    REQUIRE(to->blocks_count == from->blocks_count);
    memcpy(to->versions, from->versions, shown_bytes(from->blocks_count));
    memcpy(to->holds_until, from->holds_until, ends_bytes(from->blocks_count));
}

/* Copies the map as it is, for a caller. @return False if it does not hold any more. */
static bool copy_shown(struct slot *slot, uint32_t performance_id, uint64_t version, unix_ms now_ms,
                       const struct seat_map *map)
{
    pthread_mutex_lock(&slot->lock);
    bool holds = slot->performance_id == performance_id && slot->version == version &&
                 slot->made_at_ms <= now_ms && now_ms < slot->holds_until_ms;
    REQUIRE(!holds || map->blocks_count == slot->map.blocks_count);
    if (holds) memcpy(map->versions, slot->map.versions, shown_bytes(map->blocks_count));
    pthread_mutex_unlock(&slot->lock);
    return holds;
}

/* Copies the map to be made up to date, or one that nothing is known of: no block has version 0. */
static void copy_stale(struct slot *slot, uint32_t performance_id, unix_ms now_ms,
                       const struct seat_map *map)
{
    memset(map->versions, 0, shown_bytes(map->blocks_count));
    memset(map->holds_until, 0, ends_bytes(map->blocks_count));
    pthread_mutex_lock(&slot->lock);
    if (slot->performance_id == performance_id && slot->made_at_ms <= now_ms)
        map_copy(map, &slot->map);
    pthread_mutex_unlock(&slot->lock);
}

struct making {
    struct seat_map *map;
    unix_ms now_ms;
    unix_ms holds_until_ms;
};

static bool refresh_block(void *context, uint32_t block_index, const struct seat_block *block)
{
    struct making *making = context;
    struct seat_map *map = making->map;
    unix_ms *until_ms = &map->holds_until[block_index];
    if (map->versions[block_index] != block->version || *until_ms <= making->now_ms) {
        map->versions[block_index] = block->version;
        uint8_t *states = map->states + block_index * SEAT_BLOCK_STATE_BYTES;
        struct seat_block_holds holds = seat_block_states(block, making->now_ms, states);
        *until_ms = holds.until_ms;
        map->expired[block_index] = holds.any_expired;
    }
    REQUIRE(*until_ms > making->now_ms);
    if (*until_ms < making->holds_until_ms) making->holds_until_ms = *until_ms;
    return true;
}

/* Without memory for a copy the slot stays as it was. */
static void keep(struct slot *slot, uint32_t performance_id, uint64_t version,
                 const struct making *making)
{
    uint32_t blocks_count = making->map->blocks_count;
    REQUIRE(performance_id != 0);
    REQUIRE(making->holds_until_ms > making->now_ms);
    uint8_t *memory = malloc(shown_bytes(blocks_count) + ends_bytes(blocks_count));
    if (memory == NULL) return;
    struct seat_map map = map_in(memory, memory + shown_bytes(blocks_count), blocks_count);
    map_copy(&map, making->map);

    pthread_mutex_lock(&slot->lock);
    void *old = slot->map.versions;
    slot->performance_id = performance_id;
    slot->version = version;
    slot->made_at_ms = making->now_ms;
    slot->holds_until_ms = making->holds_until_ms;
    slot->map = map;
    pthread_mutex_unlock(&slot->lock);
    free(old);
}

static void make(struct slot *slot, struct store_txn *txn, uint32_t performance_id,
                 uint64_t version, unix_ms now_ms, struct seat_map *map)
{
    struct making making = {.map = map, .now_ms = now_ms, .holds_until_ms = UNIX_MS_NEVER};
    copy_stale(slot, performance_id, now_ms, map);
    seat_blocks_visit(txn, performance_id, refresh_block, &making);
    if (store_txn_failure(txn) == STATUS_OK) keep(slot, performance_id, version, &making);
}

bool seat_maps_get(struct seat_maps *maps, struct store_txn *txn, struct arena *arena,
                   const struct performance *performance, uint64_t version, unix_ms now_ms,
                   struct seat_map *ret_map)
{
    REQUIRE(performance->id != 0);
    uint32_t blocks_count = blocks_of(performance);
    void *shown = arena_alloc(arena, shown_bytes(blocks_count));
    if (shown == NULL) return false;
    struct seat_map map = map_in(shown, NULL, blocks_count);
    struct slot *slot = &maps->slots[performance->id % SLOTS];

    if (!copy_shown(slot, performance->id, version, now_ms, &map)) {
        map.holds_until = arena_alloc(arena, ends_bytes(blocks_count));
        if (map.holds_until == NULL) return false;
        make(slot, txn, performance->id, version, now_ms, &map);
    }
    *ret_map = map;
    return true;
}
