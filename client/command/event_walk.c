#include "client/command/event_walk.h"

#include "base/limits.h"
#include "client/command/event_filter.h"

enum { WAIT_MS = 30 * 1000, WAIT_TIMEOUT_MS = WAIT_MS + 10 * 1000 };

/* How many to ask for: of a call that looks at many and lists few, as many as there may be. */
static uint32_t page_max(const Onsale__V1__ListEventsRequest *request, uint64_t wanted)
{
    bool is_small = wanted < EVENTS_PER_CALL_MAX && !event_filter_is_set(request);
    return is_small ? (uint32_t)wanted : EVENTS_PER_CALL_MAX;
}

static void turn(struct event_walk *walk)
{
    static const struct onsale_call_options waiting = {.timeout_ms = WAIT_TIMEOUT_MS};
    Onsale__V1__ListEventsRequest *request = walk->request;
    request->max = page_max(request, walk->limit == 0 ? UINT64_MAX : walk->limit - walk->listed);
    request->wait_ms = walk->is_at_end ? WAIT_MS : 0;
    walk->connection.wait_ms = &request->wait_ms;
    fflush(stdout);
    run_forget(walk->run, walk->page);
    walk->page = walk->follows ? connection_call(&walk->connection, walk->run, &request->base,
                                                 walk->is_at_end ? &waiting : NULL)
                               : run_send(walk->run, &request->base);
    walk->next = 0;
    walk->is_refused = walk->page == NULL;
    if (walk->is_refused) return;
    if (!walk->is_snapshot || walk->end == 0) walk->end = walk->page->last_event_number;
    walk->is_at_end = walk->page->looked_to >= walk->end;
    request->after = walk->page->looked_to;
}

const Onsale__V1__Event *event_walk_next(struct event_walk *walk)
{
    while (walk->limit == 0 || walk->listed < walk->limit) {
        if (walk->page != NULL && walk->next < walk->page->n_events) {
            const Onsale__V1__Event *event = walk->page->events[walk->next++];
            if (walk->is_snapshot && event->event_number > walk->end) return NULL;
            walk->listed++;
            return event;
        }
        if (walk->is_at_end && !walk->follows) return NULL;
        turn(walk);
        if (walk->is_refused) return NULL;
    }
    return NULL;
}

/* From the newest to older ones, page by page, into a list that is filled from its end. */
bool event_tail_get(struct run *run, const Onsale__V1__ListEventsRequest *wanted, uint64_t count,
                    struct event_tail *ret_tail)
{
    Onsale__V1__ListEventsRequest request = *wanted;
    size_t capacity = (size_t)count + EVENTS_PER_CALL_MAX, first = capacity;
    Onsale__V1__Event **events = run_alloc(run, capacity, sizeof *events);
    uint64_t last_event_number = 0;
    request.before = UINT64_MAX;
    request.wait_ms = 0;
    request.max = count == 0 && !event_filter_is_set(wanted) ? 1 : page_max(wanted, count);
    do {
        const Onsale__V1__ListEventsResponse *page =
            run_ask(run, &onsale_event_list_events_method, &request.base, NULL);
        if (page == NULL) return false;
        if (request.before == UINT64_MAX) last_event_number = page->last_event_number;
        for (size_t i = 0; i < page->n_events; i++)
            events[--first] = page->events[i];
        request.before = page->looked_to;
    } while (capacity - first < count && request.before != 0);
    if (capacity - first > count) first = capacity - (size_t)count;
    *ret_tail = (struct event_tail){capacity - first, events + first, last_event_number};
    return true;
}
