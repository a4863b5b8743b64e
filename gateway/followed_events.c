/* followed_events.c -- The events: one long poll for all who are up to date, which also tells of
 * which queue entries something has become. Who is behind catches up with calls of its own. */
#include <string.h>

#include "gateway/following.h"

enum {
    WAIT_MS = 20 * 1000,
    WAIT_TIMEOUT_MS = 25 * 1000,
    EVENTS_MAX = 500,
    AFTER_FAILURE_MS = 1000,
    BEHIND_MAX =
        20 * 1000, /* events that the poll may be behind before it goes on with the newest */
    REQUEST_BYTES = 64,
};

static struct upstream_call *ask(struct subscriptions *all, uint64_t after, uint32_t wait_ms,
                                 upstream_done *done, void *context)
{
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    uint8_t bytes[REQUEST_BYTES];
    options.timeout_ms = wait_ms == 0 ? POLL_TIMEOUT_MS : WAIT_TIMEOUT_MS;
    request.after = after;
    request.max = EVENTS_MAX;
    request.wait_ms = wait_ms;
    size_t size = onsale__v1__list_events_request__pack(&request, bytes);
    return upstream_call(all->upstream, NULL, &onsale_event_list_events_method, bytes, size,
                         &options, done, context);
}

static uint64_t last_listed(const Onsale__V1__ListEventsResponse *response, uint64_t before)
{
    return response->n_events == 0 ? before
                                   : response->events[response->n_events - 1]->event_number;
}

/* --- A follower's own calls --------------------------------------------------------------------
 */

static void tell(struct subscription *subscription, const uint8_t *message, size_t size)
{
    subscription->has_first = true;
    subscription->subscriber.news(subscription->subscriber.context, message, size);
}

static void end_one(struct subscription *subscription, const struct onsale_error *error)
{
    struct subscriber subscriber = subscription->subscriber;
    subscription_unlink(&subscription->all->events.subscriptions, subscription);
    subscription_free(subscription);
    subscriber.ended(subscriber.context, error);
}

/* At the same event as the poll, it needs no calls of its own. */
static void join(struct subscription *subscription)
{
    const struct followed_events *events = &subscription->all->events;
    subscription->is_current = events->is_started && subscription->known == events->known;
}

static void catch_up(struct subscription *subscription);

static void caught_up(void *context, const struct onsale_error *error, const uint8_t *message,
                      size_t size)
{
    struct subscription *subscription = context;
    subscription->catch_up = NULL;
    if (error != NULL) {
        if (!poll_may_heal(error)) end_one(subscription, error);
        return;
    }
    Onsale__V1__ListEventsResponse *response =
        onsale__v1__list_events_response__unpack(NULL, size, message);
    if (response == NULL) return;
    bool has_events = response->n_events > 0;
    subscription->known = last_listed(response, subscription->known);
    onsale__v1__list_events_response__free_unpacked(response, NULL);
    if (has_events || !subscription->has_first) tell(subscription, message, size);
    if (has_events)
        catch_up(subscription);
    else
        join(subscription);
}

static void catch_up(struct subscription *subscription)
{
    const struct subscriber *subscriber = &subscription->subscriber;
    join(subscription);
    if (subscription->is_current || subscription->catch_up != NULL) return;
    if (subscriber->unsent(subscriber->context) > UNSENT_MAX) return;
    subscription->catch_up =
        ask(subscription->all, subscription->known, 0, caught_up, subscription);
}

/* --- The poll for all --------------------------------------------------------------------------
 */

static bool is_of_an_entry(Onsale__V1__EventKind kind)
{
    return kind == ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_ADMITTED ||
           kind == ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_EXPIRED ||
           kind == ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_LEFT;
}

static void take_hints(struct subscriptions *all, const Onsale__V1__ListEventsResponse *response)
{
    for (size_t i = 0; i < response->n_events; i++) {
        const Onsale__V1__Event *event = response->events[i];
        if (is_of_an_entry(event->kind))
            followed_entries_hint(all, event->concert_id, event->number);
    }
}

static void tell_all(struct subscriptions *all, const Onsale__V1__ListEventsResponse *response,
                     const uint8_t *message, size_t size)
{
    struct followed_events *events = &all->events;
    uint64_t before = events->known;
    events->known = last_listed(response, before);
    if (events->known == before) return;
    for (struct subscription *each = events->subscriptions; each != NULL; each = each->next) {
        if (!each->is_current || each->known != before) continue;
        each->known = events->known;
        tell(each, message, size);
    }
}

static void take_answer(struct subscriptions *all, const uint8_t *message, size_t size)
{
    struct followed_events *events = &all->events;
    Onsale__V1__ListEventsResponse *response =
        onsale__v1__list_events_response__unpack(NULL, size, message);
    if (response == NULL) return;
    if (events->is_started) {
        tell_all(all, response, message, size);
        take_hints(all, response);
    }
    if (!events->is_started || response->last_event_number - events->known > BEHIND_MAX) {
        events->known = response->last_event_number;
        for (struct subscription *each = events->subscriptions; each != NULL; each = each->next)
            each->is_current = false;
    }
    events->is_started = true;
    onsale__v1__list_events_response__free_unpacked(response, NULL);
}

static void poll(struct subscriptions *all);

static void polled(void *context, const struct onsale_error *error, const uint8_t *message,
                   size_t size)
{
    struct subscriptions *all = context;
    all->events.poll = NULL;
    all->events.failed_ms = error == NULL ? 0 : loop_now_ms(all->loop);
    if (error != NULL) return; /* at a later look */
    take_answer(all, message, size);
    if (all->count > 0) poll(all);
}

/* The first one only learns where the events end. */
static void poll(struct subscriptions *all)
{
    const struct followed_events *events = &all->events;
    uint64_t after = events->is_started ? events->known : INT64_MAX;
    all->events.poll = ask(all, after, events->is_started ? WAIT_MS : 0, polled, all);
}

void followed_events_look(struct subscriptions *all, int64_t now_ms)
{
    struct followed_events *events = &all->events;
    bool rests = events->failed_ms != 0 && now_ms - events->failed_ms < AFTER_FAILURE_MS;
    if (all->count == 0 && events->poll == NULL) events->is_started = false;
    if (all->count > 0 && events->poll == NULL && !rests) poll(all);
    for (struct subscription *each = events->subscriptions; each != NULL; each = each->next)
        if (!each->is_current) catch_up(each);
}

/* --- Following ---------------------------------------------------------------------------------
 */

struct subscription *subscribe_events(struct subscriptions *all, uint64_t after,
                                      const struct subscriber *subscriber)
{
    struct subscription *subscription = subscription_open(all, subscriber);
    if (subscription == NULL) return NULL;
    subscription->known = after;
    subscription_link(&all->events.subscriptions, subscription);
    catch_up(subscription);
    return subscription;
}

void followed_events_leave(struct subscription *subscription)
{
    subscription_unlink(&subscription->all->events.subscriptions, subscription);
}

void followed_events_end(struct subscriptions *all, const struct onsale_error *error)
{
    subscriptions_end_list(&all->events.subscriptions, error);
}
