#include "onsale/v1/event.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "store/records.h"

/* Events that are read at once on the way back. */
enum { BLOCK_EVENTS = 64, KINDS_ASKED_MAX = 32 };

/* --- Which events are wanted ------------------------------------------------------------------ */

static enum status check(struct call *call, const Onsale__V1__ListEventsRequest *wanted)
{
    if (wanted->before != 0 && wanted->wait_ms != 0)
        return call_bad_field(call, "before", "can't be waited for");
    if (wanted->n_seat_indexes > SEATS_PER_HOLD_MAX)
        return call_bad_field(call, "seat_indexes", "must name 1..%d seats", SEATS_PER_HOLD_MAX);
    if (wanted->n_seat_indexes > 0 && wanted->performance_id == 0)
        return call_bad_field(call, "performance_id", "must say whose seats these are");
    if (wanted->n_kinds > KINDS_ASKED_MAX)
        return call_bad_field(call, "kinds", "must name 1..%d kinds", KINDS_ASKED_MAX);
    return STATUS_OK;
}

static bool is_of_kind(const Onsale__V1__ListEventsRequest *wanted, const struct event *event)
{
    for (size_t i = 0; i < wanted->n_kinds; i++)
        if ((int)wanted->kinds[i] == (int)event->kind) return true;
    return wanted->n_kinds == 0;
}

static bool names_seat(const Onsale__V1__ListEventsRequest *wanted, const struct event *event)
{
    for (size_t i = 0; i < wanted->n_seat_indexes; i++)
        for (uint32_t k = 0; k < event->seats_count; k++)
            if (event->seat_indexes[k] == wanted->seat_indexes[i]) return true;
    return wanted->n_seat_indexes == 0;
}

static bool is_wanted(const Onsale__V1__ListEventsRequest *wanted, const struct event *event)
{
    return (wanted->user_id == 0 || wanted->user_id == event->user_id) &&
           (wanted->concert_id == 0 || wanted->concert_id == event->concert_id) &&
           (wanted->performance_id == 0 || wanted->performance_id == event->performance_id) &&
           is_of_kind(wanted, event) && names_seat(wanted, event);
}

/* The last event that is too old: time only goes on. */
static uint64_t find_start(struct call *call, const Onsale__V1__ListEventsRequest *wanted,
                           uint64_t last)
{
    uint64_t low = wanted->after < last ? wanted->after : last;
    uint64_t high = wanted->since_ms > 0 ? last : low;
    while (low < high) {
        struct event event;
        uint64_t middle = low + (high - low + 1) / 2;
        if (!event_get(call->txn, middle, &event)) return last;
        if (event.occurred_at_ms < wanted->since_ms)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* --- Listing ---------------------------------------------------------------------------------- */

static uint32_t count_wanted(const Onsale__V1__ListEventsRequest *wanted)
{
    if (wanted->max == 0) return EVENTS_PER_CALL_DEFAULT;
    return wanted->max < EVENTS_PER_CALL_MAX ? wanted->max : EVENTS_PER_CALL_MAX;
}

static bool show(struct call *call, const struct event *event,
                 Onsale__V1__ListEventsResponse *response)
{
    Onsale__V1__Event *message = present_event(call->rpc->arena, event);
    if (message == NULL) return false;
    response->events[response->n_events++] = message;
    return true;
}

static enum status list_forth(struct call *call, const Onsale__V1__ListEventsRequest *wanted,
                              uint64_t after, uint32_t looks_max,
                              Onsale__V1__ListEventsResponse *response)
{
    struct event event;
    uint64_t end = after + looks_max;
    response->looked_to = after;
    while (response->n_events < count_wanted(wanted) && response->looked_to < end &&
           event_next(call->txn, response->looked_to, &event)) {
        response->looked_to = event.number;
        if (is_wanted(wanted, &event) && !show(call, &event, response)) return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

/* Numbers of the wanted events of a block, oldest first. @return How many. */
static size_t find_in_block(struct call *call, const Onsale__V1__ListEventsRequest *wanted,
                            uint64_t first, uint64_t before, uint64_t ret_numbers[BLOCK_EVENTS])
{
    struct event event;
    size_t count = 0;
    for (uint64_t number = first; number < before; number++)
        if (event_get(call->txn, number, &event) && is_wanted(wanted, &event))
            ret_numbers[count++] = number;
    return count;
}

static enum status list_back(struct call *call, const Onsale__V1__ListEventsRequest *wanted,
                             uint64_t after, Onsale__V1__ListEventsResponse *response)
{
    struct event event;
    uint64_t numbers[BLOCK_EVENTS];
    uint64_t last = response->last_event_number;
    uint64_t before = wanted->before <= last ? wanted->before : last + 1;
    uint64_t looks_left = (uint64_t)count_wanted(wanted) * EVENTS_LOOKED_AT_PER_LISTED;
    while (before > after + 1 && looks_left > 0) {
        uint64_t size = before - after - 1;
        if (size > BLOCK_EVENTS) size = BLOCK_EVENTS;
        if (size > looks_left) size = looks_left;
        size_t count = find_in_block(call, wanted, before - size, before, numbers);
        before -= size;
        looks_left -= size;
        for (; count > 0 && response->n_events < count_wanted(wanted); count--)
            if (event_get(call->txn, numbers[count - 1], &event) && !show(call, &event, response))
                return STATUS_OUT_OF_MEMORY;
        if (count > 0) before = numbers[count - 1] + 1;
        if (response->n_events == count_wanted(wanted)) break;
    }
    response->looked_to = before > after + 1 ? before : 0;
    return STATUS_OK;
}

static enum status wait_for_more(struct call *call, const Onsale__V1__ListEventsResponse *response)
{
    call->rpc->watch = (struct rpc_watch){WATCH_EVENTS, response->last_event_number, UNIX_MS_NEVER};
    return call->wait_is_over ? STATUS_OK : STATUS_NOT_YET;
}

enum status list_events(struct call *call, const Onsale__V1__ListEventsRequest *request,
                        Onsale__V1__ListEventsResponse *response)
{
    enum status err = check(call, request);
    if (err != STATUS_OK) return err;
    response->last_event_number = meta_get(call->txn).last_event;
    uint64_t after = find_start(call, request, response->last_event_number);
    response->looked_to = after;
    bool is_empty = request->before == 0 && after == response->last_event_number;
    if (is_empty) return wait_for_more(call, response);

    response->events = present_array(call->rpc->arena, count_wanted(request));
    if (response->events == NULL) return STATUS_OUT_OF_MEMORY;
    if (request->before != 0) return list_back(call, request, after, response);

    /* One that waits looks at all of them again after each batch: so at fewer. */
    uint32_t looks_max = count_wanted(request);
    if (call->wait_is_over) looks_max *= EVENTS_LOOKED_AT_PER_LISTED;
    err = list_forth(call, request, after, looks_max, response);
    bool goes_on = response->n_events == 0 && response->looked_to < after + looks_max;
    return err == STATUS_OK && goes_on ? wait_for_more(call, response) : err;
}
