#include "server/engine/seat_maps.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "model/seat.h"
#include "store/records.h"

/* Performances share a slot if there are more of them; then they take turns. */
enum { SLOTS = 256 };

/* A map that was made, and how long it holds: until the version changes or a hold ends. */
struct slot {
    pthread_mutex_t lock;
    uint32_t performance_id; /* 0: empty */
    uint64_t version;
    unix_ms made_at_ms;
    unix_ms holds_until_ms;
    struct seat_map map; /* one block of memory, at `versions` */
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
    return (performance->seat_count + SEATS_PER_BLOCK - 1) / SEATS_PER_BLOCK;
}

static size_t map_bytes(uint32_t blocks_count)
{
    return blocks_count * (sizeof(uint64_t) + SEAT_BLOCK_STATE_BYTES);
}

static struct seat_map map_in(void *memory, uint32_t blocks_count)
{
    uint64_t *versions = memory;
    return (struct seat_map){blocks_count, versions, (uint8_t *)(versions + blocks_count)};
}

static bool copy_if_it_holds(struct slot *slot, uint32_t performance_id, uint64_t version,
                             unix_ms now_ms, struct seat_map *map)
{
    pthread_mutex_lock(&slot->lock);
    bool holds = slot->performance_id == performance_id && slot->version == version &&
                 slot->made_at_ms <= now_ms && now_ms < slot->holds_until_ms;
    if (holds) memcpy(map->versions, slot->map.versions, map_bytes(map->blocks_count));
    pthread_mutex_unlock(&slot->lock);
    return holds;
}

struct making {
    struct seat_map *map;
    unix_ms now_ms;
    unix_ms holds_until_ms;
};

static bool add_block(void *context, uint32_t block_index, const struct seat_block *block)
{
    struct making *making = context;
    making->map->versions[block_index] = block->version;
    seat_block_states(block, making->now_ms,
                      making->map->states + block_index * SEAT_BLOCK_STATE_BYTES);
    for (uint32_t i = 0; i < block->count; i++) {
        struct seat seat = seat_unpack(block->words[i]);
        if (seat_state_at(seat, making->now_ms) == SEAT_HELD &&
            seat.expires_at_ms < making->holds_until_ms)
            making->holds_until_ms = seat.expires_at_ms;
    }
    return true;
}

/* Without memory for a copy the slot stays as it was. */
static void keep(struct slot *slot, uint32_t performance_id, uint64_t version,
                 const struct making *making)
{
    uint32_t blocks_count = making->map->blocks_count;
    void *memory = malloc(map_bytes(blocks_count));
    if (memory == NULL) return;
    memcpy(memory, making->map->versions, map_bytes(blocks_count));

    pthread_mutex_lock(&slot->lock);
    void *old = slot->map.versions;
    slot->performance_id = performance_id;
    slot->version = version;
    slot->made_at_ms = making->now_ms;
    slot->holds_until_ms = making->holds_until_ms;
    slot->map = map_in(memory, blocks_count);
    pthread_mutex_unlock(&slot->lock);
    free(old);
}

bool seat_maps_get(struct seat_maps *maps, struct store_txn *txn, struct arena *arena,
                   const struct performance *performance, uint64_t version, unix_ms now_ms,
                   struct seat_map *ret_map)
{
    uint32_t blocks_count = blocks_of(performance);
    void *memory = arena_alloc(arena, map_bytes(blocks_count));
    if (memory == NULL) return false;
    struct seat_map map = map_in(memory, blocks_count);
    struct slot *slot = &maps->slots[performance->id % SLOTS];

    if (!copy_if_it_holds(slot, performance->id, version, now_ms, &map)) {
        struct making making = {.map = &map, .now_ms = now_ms, .holds_until_ms = UNIX_MS_NEVER};
        memset(memory, 0, map_bytes(blocks_count));
        seat_blocks_visit(txn, performance->id, add_block, &making);
        if (store_txn_failure(txn) == STATUS_OK) keep(slot, performance->id, version, &making);
    }
    *ret_map = map;
    return true;
}
