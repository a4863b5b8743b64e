#include "server/metrics/view.h"

#include "store/records.h"

static void read_engine(struct engine *engine, struct metrics_view *view)
{
    struct store *store = engine_store(engine);
    view->gauges = engine_gauges(engine);
    view->stats = engine_stats(engine);
    view->calls = rpc_dispatcher_call_stats(engine_dispatcher(engine));
    view->frames_in_flight = rpc_dispatcher_frames_in_flight(engine_dispatcher(engine));
    view->clock = engine_clock(engine);
    store_usage(store, &view->store_used_bytes, &view->store_limit_bytes);
    store_journal_usage(store, &view->journal_used_bytes, &view->journal_limit_bytes);
    view->store_has_room = store_has_room(store);
}

static void read_queues(struct store_txn *txn, struct metrics_view *view)
{
    struct concert concert;
    uint32_t after = 0;
    while (view->queues_count < METRIC_CONCERTS_MAX && concert_next(txn, after, &concert)) {
        after = concert.id;
        if (queue_get(txn, concert.id, &view->queues[view->queues_count])) view->queues_count++;
    }
}

static struct performance_seats seats_of(const struct performance *performance,
                                         const struct performance_state *state)
{
    struct performance_seats seats = {
        .concert_id = performance->concert_id,
        .performance_id = performance->id,
        .seats = performance->seat_count,
    };
    for (uint32_t i = 0; i < performance->tiers_count; i++)
        seats.available += state->remaining[i];
    return seats;
}

static void read_performances(struct store_txn *txn, struct metrics_view *view)
{
    struct performance performance;
    struct performance_state state;
    uint32_t after = 0;
    while (view->performances_count < METRIC_CONCERTS_MAX &&
           performance_next(txn, after, &performance)) {
        after = performance.id;
        if (performance_state_get(txn, performance.id, &state))
            view->performances[view->performances_count++] = seats_of(&performance, &state);
    }
}

enum status metrics_view_read(struct call *call, struct metrics_view *ret_view)
{
    struct arena *arena = call->rpc->arena;
    struct metrics_view view = {.now_ms = call->now_ms, .meta = meta_get(call->txn)};
    view.queues = arena_alloc(arena, METRIC_CONCERTS_MAX * sizeof *view.queues);
    view.performances = arena_alloc(arena, METRIC_CONCERTS_MAX * sizeof *view.performances);
    if (view.queues == NULL || view.performances == NULL) return STATUS_OUT_OF_MEMORY;
    read_engine(call->engine, &view);
    read_queues(call->txn, &view);
    store_txn_pass_damage(call->txn); /* what tells of damage must not fail for it */
    read_performances(call->txn, &view);
    store_txn_pass_damage(call->txn);
    view.damage_met = store_damage_met(engine_store(call->engine));
    *ret_view = view;
    return STATUS_OK;
}
