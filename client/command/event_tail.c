#include "client/command/event_tail.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"
#include "client/command/event_filter.h"

void event_tail_free(struct event_tail *tail)
{
    for (size_t i = 0; i < tail->pages_count; i++)
        protobuf_c_message_free_unpacked(&tail->pages[i]->base, NULL);
    free(tail->pages);
    free(tail->events);
    *tail = (struct event_tail){0};
}

static void keep_page(struct event_tail *tail, Onsale__V1__ListEventsResponse *page)
{
    tail->pages = realloc(tail->pages, (tail->pages_count + 1) * sizeof *tail->pages);
    REQUIRE(tail->pages != NULL);
    if (tail->pages_count == 0) tail->last_event_number = page->last_event_number;
    tail->pages[tail->pages_count++] = page;
    tail->count += page->n_events;
}

/* The pages have the newest first. */
static void put_in_order(struct event_tail *tail, uint64_t count)
{
    size_t place = tail->count;
    tail->events = calloc(tail->count + 1, sizeof *tail->events);
    REQUIRE(tail->events != NULL);
    for (size_t i = 0; i < tail->pages_count; i++)
        for (size_t k = 0; k < tail->pages[i]->n_events; k++)
            tail->events[--place] = tail->pages[i]->events[k];
    REQUIRE(place == 0);
    if (tail->count <= count) return;
    for (size_t i = 0; i < count; i++)
        tail->events[i] = tail->events[tail->count - count + i];
    tail->count = count;
}

enum onsale_status event_tail_get(struct run *run, const Onsale__V1__ListEventsRequest *wanted,
                                  uint64_t count, struct event_tail *ret_tail)
{
    struct event_tail tail = {0};
    Onsale__V1__ListEventsRequest request = *wanted;
    bool looks_at_many = count >= EVENTS_PER_CALL_MAX || event_filter_is_set(wanted);
    request.before = UINT64_MAX;
    request.wait_ms = 0;
    request.max = looks_at_many ? EVENTS_PER_CALL_MAX : count == 0 ? 1 : (uint32_t)count;
    do {
        ProtobufCMessage *answer;
        enum onsale_status status =
            run_ask(run, &onsale_event_list_events_method, &request.base, &answer);
        if (status != ONSALE_OK) {
            event_tail_free(&tail);
            return status;
        }
        keep_page(&tail, (Onsale__V1__ListEventsResponse *)answer);
        request.before = tail.pages[tail.pages_count - 1]->looked_to;
    } while (tail.count < count && request.before != 0);
    put_in_order(&tail, count);
    *ret_tail = tail;
    return ONSALE_OK;
}
