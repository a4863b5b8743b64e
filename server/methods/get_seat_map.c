#include "onsale/v1/catalog.methods.h"
#include "server/engine/call.h"
#include "server/engine/lapsed.h"
#include "server/present.h"
#include "store/records.h"

/* The seats of a performance, and which blocks of them the caller can't know yet. */
struct seat_map {
    unix_ms now_ms;
    uint64_t known_version;
    uint32_t seat_count;
    uint32_t blocks_count;
    bool *changed;   /* per block */
    uint8_t *states; /* SEAT_BLOCK_STATE_BYTES per block */
};

static bool seat_map_make(struct call *call, const struct performance *performance,
                          uint64_t known_version, struct seat_map *ret_map)
{
    struct arena *arena = call->rpc->arena;
    uint32_t blocks = (performance->seat_count + SEATS_PER_BLOCK - 1) / SEATS_PER_BLOCK;
    *ret_map = (struct seat_map){
        .now_ms = call->now_ms,
        .known_version = known_version,
        .seat_count = performance->seat_count,
        .blocks_count = blocks,
        .changed = arena_calloc(arena, blocks, sizeof *ret_map->changed),
        .states = arena_calloc(arena, blocks, SEAT_BLOCK_STATE_BYTES),
    };
    return ret_map->changed != NULL && ret_map->states != NULL;
}

/* A hold that ended by the clock shows although its block has no new version yet. */
static void note_lapsed_seat(void *context, uint32_t seat_index, uint8_t tier)
{
    struct seat_map *map = context;
    (void)tier;
    map->changed[seat_index / SEATS_PER_BLOCK] = true;
}

static bool read_block(void *context, uint32_t block_index, const struct seat_block *block)
{
    struct seat_map *map = context;
    if (block->version > map->known_version) map->changed[block_index] = true;
    seat_block_states(block, map->now_ms, map->states + block_index * SEAT_BLOCK_STATE_BYTES);
    return true;
}

static size_t count_changed(const struct seat_map *map)
{
    size_t count = 0;
    for (uint32_t i = 0; i < map->blocks_count; i++)
        if (map->changed[i]) count++;
    return count;
}

/* States of the neighbouring blocks from `first_block` on, borrowed from the map. */
static Onsale__V1__SeatRun *show_run(struct call *call, const struct seat_map *map,
                                     uint32_t first_block, uint32_t blocks)
{
    Onsale__V1__SeatRun *run = arena_alloc(call->rpc->arena, sizeof *run);
    if (run == NULL) return NULL;
    onsale__v1__seat_run__init(run);

    uint32_t seats_left = map->seat_count - first_block * SEATS_PER_BLOCK;
    uint32_t seats = blocks * SEATS_PER_BLOCK;
    run->first_seat_index = first_block * SEATS_PER_BLOCK;
    run->seat_count = seats < seats_left ? seats : seats_left;
    run->states.len = (run->seat_count + 3) / 4;
    run->states.data = map->states + first_block * SEAT_BLOCK_STATE_BYTES;
    return run;
}

static enum status show_all(struct call *call, const struct seat_map *map,
                            Onsale__V1__GetSeatMapResponse *response)
{
    response->complete = true;
    response->runs = present_array(call->rpc->arena, 1);
    if (response->runs == NULL) return STATUS_OUT_OF_MEMORY;
    response->runs[0] = show_run(call, map, 0, map->blocks_count);
    response->n_runs = 1;
    return response->runs[0] == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

static enum status show_changed(struct call *call, const struct seat_map *map, size_t changed,
                                Onsale__V1__GetSeatMapResponse *response)
{
    response->runs = present_array(call->rpc->arena, changed);
    if (response->runs == NULL) return STATUS_OUT_OF_MEMORY;
    for (uint32_t i = 0; i < map->blocks_count; i++) {
        if (!map->changed[i]) continue;
        Onsale__V1__SeatRun *run = show_run(call, map, i, 1);
        if (run == NULL) return STATUS_OUT_OF_MEMORY;
        response->runs[response->n_runs++] = run;
    }
    return STATUS_OK;
}

static enum status show(struct call *call, struct seat_map *map, uint32_t performance_id,
                        Onsale__V1__GetSeatMapResponse *response)
{
    bool know_nothing = map->known_version == 0 || map->known_version > response->version;
    lapsed_seats_visit(call->txn, performance_id, call->now_ms, note_lapsed_seat, map);
    if (map->known_version == response->version && count_changed(map) == 0) return STATUS_OK;

    seat_blocks_visit(call->txn, performance_id, read_block, map);
    size_t changed = count_changed(map);
    if (know_nothing || changed > map->blocks_count / 2) return show_all(call, map, response);
    return show_changed(call, map, changed, response);
}

enum status get_seat_map(struct call *call, const Onsale__V1__GetSeatMapRequest *request,
                         Onsale__V1__GetSeatMapResponse *response)
{
    struct performance performance;
    struct performance_state state;
    struct seat_map map;

    if (!performance_get(call->txn, request->performance_id, &performance) ||
        !performance_state_get(call->txn, request->performance_id, &state))
        return STATUS_PERFORMANCE_NOT_FOUND;
    if (performance.concert_id != call->entry.concert_id) return STATUS_TOKEN_OTHER_CONCERT;
    if (!seat_map_make(call, &performance, request->known_version, &map))
        return STATUS_OUT_OF_MEMORY;

    response->version = state.version;
    response->seat_count = performance.seat_count;
    return show(call, &map, performance.id, response);
}
