#include "model/seat_block.h"
#include "onsale/v1/catalog.methods.h"
#include "server/engine/call.h"
#include "server/engine/expired.h"
#include "server/engine/seat_maps.h"
#include "server/present.h"
#include "store/records.h"

/* What the caller is to be shown of a map. */
struct view {
    struct seat_map map;
    uint32_t seat_count;
    uint64_t known_version;
};

/* A hold that ended by the clock shows although its block has no new version yet. */
static bool has_changed(const struct view *view, uint32_t block)
{
    return view->map.versions[block] > view->known_version || view->map.expired[block];
}

static size_t count_changed(const struct view *view)
{
    size_t count = 0;
    for (uint32_t i = 0; i < view->map.blocks_count; i++)
        count += has_changed(view, i);
    return count;
}

/* States of the neighbouring blocks from `first_block` on, borrowed from the map. */
static Onsale__V1__SeatRun *show_run(struct call *call, const struct view *view,
                                     uint32_t first_block, uint32_t blocks)
{
    Onsale__V1__SeatRun *run = arena_alloc(call->rpc->arena, sizeof *run);
    if (run == NULL) return NULL;
    onsale__v1__seat_run__init(run);

    uint32_t seats_left = view->seat_count - first_block * SEATS_PER_BLOCK;
    uint32_t seats = blocks * SEATS_PER_BLOCK;
    run->first_seat_index = first_block * SEATS_PER_BLOCK;
    run->seat_count = seats < seats_left ? seats : seats_left;
    run->states.len = (run->seat_count + 3) / 4;
    run->states.data = view->map.states + first_block * SEAT_BLOCK_STATE_BYTES;
    return run;
}

static enum status show_all(struct call *call, const struct view *view,
                            Onsale__V1__GetSeatMapResponse *response)
{
    response->complete = true;
    response->runs = present_array(call->rpc->arena, 1);
    if (response->runs == NULL) return STATUS_OUT_OF_MEMORY;
    response->runs[0] = show_run(call, view, 0, view->map.blocks_count);
    response->n_runs = 1;
    return response->runs[0] == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

static enum status show_changed(struct call *call, const struct view *view, size_t changed,
                                Onsale__V1__GetSeatMapResponse *response)
{
    response->runs = present_array(call->rpc->arena, changed);
    if (response->runs == NULL) return STATUS_OUT_OF_MEMORY;
    for (uint32_t i = 0; i < view->map.blocks_count; i++) {
        if (!has_changed(view, i)) continue;
        Onsale__V1__SeatRun *run = show_run(call, view, i, 1);
        if (run == NULL) return STATUS_OUT_OF_MEMORY;
        response->runs[response->n_runs++] = run;
    }
    return STATUS_OK;
}

static enum status show(struct call *call, const struct view *view,
                        Onsale__V1__GetSeatMapResponse *response)
{
    bool knows_nothing = view->known_version == 0 || view->known_version > response->version;
    if (knows_nothing) return show_all(call, view, response);
    size_t changed = count_changed(view);
    return changed > view->map.blocks_count / 2 ? show_all(call, view, response)
                                                : show_changed(call, view, changed, response);
}

enum status get_seat_map(struct call *call, const Onsale__V1__GetSeatMapRequest *request,
                         Onsale__V1__GetSeatMapResponse *response)
{
    struct performance performance;
    struct performance_state state;

    if (!performance_get(call->txn, request->performance_id, &performance) ||
        !performance_state_get(call->txn, request->performance_id, &state))
        return STATUS_PERFORMANCE_NOT_FOUND;
    bool has_token = call->entry.concert_id != 0;
    if (has_token && performance.concert_id != call->entry.concert_id)
        return STATUS_TOKEN_OTHER_CONCERT;

    struct view view = {.seat_count = performance.seat_count,
                        .known_version = request->known_version};
    response->version = state.version;
    response->seat_count = performance.seat_count;
    if (view.known_version == state.version && !expired_holds_exist(call->txn, call->now_ms))
        return STATUS_OK;
    if (!seat_maps_get(call->seat_maps, call->txn, call->rpc->arena, &performance, state.version,
                       call->now_ms, &view.map))
        return STATUS_OUT_OF_MEMORY;
    return show(call, &view, response);
}
