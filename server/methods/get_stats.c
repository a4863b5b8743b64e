#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/engine/engine.h"
#include "server/present.h"
#include "store/records.h"

static void tell_records(struct call *call, Onsale__V1__GetStatsResponse *response)
{
    struct store_meta meta = meta_get(call->txn);
    response->last_event_number = meta.last_event;
    response->users = meta.users;
    response->reservations = meta.reservations;
    response->tickets = meta.last_ticket;
}

static void tell_engine(struct call *call, Onsale__V1__GetStatsResponse *response)
{
    struct engine_gauges gauges = engine_gauges(call->engine);
    response->version = ONSALE_VERSION;
    response->uptime_ms = call->now_ms - gauges.started_at_ms;
    response->batches = gauges.batches;
    response->commands = gauges.commands;
    response->writer_waiting = gauges.writer_waiting;
    response->connections = (uint32_t)gauges.connections.open;
    response->overload_refusals = gauges.overload.refusals;
    response->overload_wait_ms = gauges.overload.wait_ms;
    response->overload_retry_after_ms = gauges.overload.retry_after_ms;
    response->connections_closing = (uint32_t)gauges.connections.closing;
    struct clock_view clock = engine_clock(call->engine);
    response->clock_behind_ms = clock.behind_ms;
    response->clock_jumped_ms = clock.jumped_ms;
    response->connections_closed_unread = gauges.connections.closed_unread;
    response->long_polls_waiting = gauges.long_polls_waiting;
    response->memory_budget_bytes = gauges.memory_budget_bytes;
    response->memory_used_bytes = gauges.memory_used_bytes;
    store_usage(engine_store(call->engine), &response->store_used_bytes,
                &response->store_limit_bytes);
}

static Onsale__V1__QueueStats *show_queue(struct call *call, uint32_t concert_id)
{
    struct queue queue;
    if (!queue_get(call->txn, concert_id, &queue)) return NULL;
    Onsale__V1__QueueStats *message = arena_alloc(call->rpc->arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__queue_stats__init(message);

    message->concert_id = concert_id;
    message->waiting = queue.waiting;
    message->active = queue.active;
    message->entered = queue.last_number;
    message->opens_at_ms = queue_opens_at_ms(&queue);
    message->admission_paused = queue.policy.admission_paused;
    message->holding_stopped = queue.holding_stopped;
    message->paying_stopped = queue.paying_stopped;
    return message;
}

static enum status tell_queues(struct call *call, Onsale__V1__GetStatsResponse *response)
{
    struct concert concert;
    size_t count = 0;
    for (uint32_t after = 0; concert_next(call->txn, after, &concert); after = concert.id)
        count++;
    response->queues = present_array(call->rpc->arena, count);
    if (response->queues == NULL) return STATUS_OUT_OF_MEMORY;

    for (uint32_t after = 0; concert_next(call->txn, after, &concert); after = concert.id) {
        Onsale__V1__QueueStats *message = show_queue(call, concert.id);
        if (message == NULL) return STATUS_OUT_OF_MEMORY;
        response->queues[response->n_queues++] = message;
    }
    return STATUS_OK;
}

enum status get_stats(struct call *call, const Onsale__V1__GetStatsRequest *request,
                      Onsale__V1__GetStatsResponse *response)
{
    (void)request; /* it asks for everything */
    tell_records(call, response);
    tell_engine(call, response);
    enum status err = tell_queues(call, response);
    /* What helps with damage must not fail for it: the list of queues ends there. */
    if (store_txn_pass_damage(call->txn)) err = STATUS_OK;
    response->damaged_records = store_damage_met(engine_store(call->engine));
    return err;
}
