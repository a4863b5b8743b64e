/* watch_events.c -- The events as they happen: one ListEvents that waits, for all. They go to those
 * who follow events, and say which entries and performances are worth a look before its time.
 *
 * Who follows events from some number on asks for those that there are by itself, as fast as its
 * reader takes them, until it is where the one call is. If nobody follows events and there are too
 * many of them, they are passed over: everything is looked at within its time anyway. */
#include "gateway/entrance.h"
#include "gateway/http_limits.h"

enum {
    EVENTS_PER_CALL = 500,
    BEHIND_MAX = EVENTS_PER_CALL,
    WAIT_MS = 30000,
    CALL_MS = WAIT_MS + 5000,
    RETRY_MS = 1000,
    CHANGED_MAX = 16,
    UNSENT_BYTES_MAX = 64 * 1024, /* of a reader before more is read for it */
};

/* @param origin  For whom; NULL: for all. Lives as long as the call. */
static struct upstream_call *ask_for_events(struct subscriptions *table,
                                            const struct upstream_origin *origin, uint64_t after,
                                            uint32_t wait_ms, upstream_done *done, void *context)
{
    enum { REQUEST_BYTES_MAX = 64 };
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    uint8_t bytes[REQUEST_BYTES_MAX];
    request.after = after;
    request.max = EVENTS_PER_CALL;
    request.wait_ms = wait_ms;
    options.timeout_ms = wait_ms == 0 ? WATCH_LOOK_MS_MAX : CALL_MS;
    struct onsale_metadata trace = {"traceparent", origin == NULL ? NULL : origin->traceparent};
    options.metadata = &trace;
    options.metadata_count = trace.value != NULL;
    size_t size = onsale__v1__list_events_request__pack(&request, bytes);
    return upstream_call(table->open, origin == NULL ? NULL : origin->account,
                         &onsale_event_list_events_method, bytes, size, &options, done, context);
}

static Onsale__V1__ListEventsResponse *unpack(const uint8_t *response, size_t size)
{
    return onsale__v1__list_events_response__unpack(NULL, size, response);
}

static uint64_t last_listed(const Onsale__V1__ListEventsResponse *list, uint64_t otherwise)
{
    return list->n_events == 0 ? otherwise : list->events[list->n_events - 1]->event_number;
}

static struct news news_of(const Onsale__V1__ListEventsResponse *list, const uint8_t *response,
                           size_t response_size)
{
    return (struct news){
        .kind = NEWS_EVENTS,
        .message = response,
        .message_size = response_size,
        .unpacked = &list->base,
        .version = last_listed(list, 0),
    };
}

static struct topic *events_topic(struct subscriptions *table)
{
    struct topic_key key = topic_key_of(0);
    return topic_find(table, NEWS_EVENTS, &key);
}

/* --- What events are worth ---------------------------------------------------------------------
 */

static void hurry_entry(struct subscriptions *table, const Onsale__V1__Event *event)
{
    struct topic *topic = topic_find_entry(table, event->concert_id, event->number);
    if (topic != NULL) topic_hurry(topic);
}

static void hurry_seats(struct subscriptions *table, const Onsale__V1__Event *event)
{
    struct topic_key key = topic_key_of(event->performance_id);
    struct topic *topic = topic_find(table, NEWS_SEATS, &key);
    if (topic != NULL) topic_hurry(topic);
}

/* Concerts whose queues have changed; too many count as all. */
struct changed {
    size_t count;
    uint32_t concerts[CHANGED_MAX];
    bool any_sale;
};

static void note_queue(struct changed *changed, uint32_t concert_id)
{
    for (size_t i = 0; i < changed->count; i++)
        if (changed->concerts[i] == concert_id) return;
    if (changed->count < CHANGED_MAX) changed->concerts[changed->count++] = concert_id;
}

static void tell_changed(struct subscriptions *table, const struct changed *changed)
{
    if (changed->any_sale || changed->count > 0) watch_sale_changed(table);
    if (changed->count == CHANGED_MAX) {
        watch_entries_changed(table, 0);
        return;
    }
    for (size_t i = 0; i < changed->count; i++)
        watch_entries_changed(table, changed->concerts[i]);
}

static void take_hint(struct subscriptions *table, const Onsale__V1__Event *event,
                      struct changed *changed)
{
    switch ((int)event->kind) {
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_ADMITTED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_EXPIRED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_LEFT:
        hurry_entry(table, event);
        note_queue(changed, event->concert_id);
        break;
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_CATALOGUE_IMPORTED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_POLICY_SET:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_ADMISSION_PAUSED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_ADMISSION_RESUMED:
        note_queue(changed, event->concert_id);
        break;
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_ENTERED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_HOLDING_STOPPED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_HOLDING_RESUMED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_PAYING_STOPPED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_PAYING_RESUMED:
        changed->any_sale = true;
        break;
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_SEATS_HELD:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_RESERVATION_CANCELLED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_RESERVATION_EXPIRED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_RESERVATION_PAID:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_SEATS_BLOCKED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_SEATS_UNBLOCKED:
        hurry_seats(table, event);
        break;
    default:
        break;
    }
}

/* --- The one call ------------------------------------------------------------------------------
 */

static void go_back(struct subscription *subscription);

/* Tells those who know all before the list. Who knows less asks for itself; who knows more already
 * is not told. The list may be known in part to who asked by itself meanwhile. */
static void tell_followers(struct topic *topic, struct news *news, uint64_t after)
{
    for (struct subscription *each = topic->subscribers; each != NULL; each = topic->cursor) {
        topic->cursor = each->next;
        bool is_slow = each->unsent != NULL && each->unsent(each) > UNSENT_BYTES_MAX;
        if (each->known >= news->version) continue;
        if (is_slow || each->known != after)
            go_back(each);
        else
            subscription_tell(each, news);
    }
}

static void tell_events(struct subscriptions *table, const Onsale__V1__ListEventsResponse *list,
                        const uint8_t *response, size_t response_size)
{
    struct topic *topic = events_topic(table);
    struct news news = news_of(list, response, response_size);
    if (topic == NULL || list->n_events == 0) return;
    topic->is_telling = true;
    tell_followers(topic, &news, table->feed.after);
    topic->is_telling = false;
    topic_release(topic);
}

static void take_hints(struct subscriptions *table, const Onsale__V1__ListEventsResponse *list)
{
    struct changed changed = {0};
    for (size_t i = 0; i < list->n_events; i++)
        take_hint(table, list->events[i], &changed);
    tell_changed(table, &changed);
}

/* Nobody knows what has happened. */
static void watch_all_changed(struct subscriptions *table)
{
    watch_entries_changed(table, 0);
    watch_sale_changed(table);
}

static void take_list(struct subscriptions *table, const Onsale__V1__ListEventsResponse *list,
                      const uint8_t *response, size_t response_size)
{
    struct feed *feed = &table->feed;
    bool is_followed = table->topics_count[NEWS_EVENTS] > 0;
    uint64_t last = list->last_event_number;
    if (!feed->knows_place || last < feed->after) { /* the store may be another one */
        feed->after = last;
        feed->knows_place = feed->is_live = true;
        watch_all_changed(table);
        return;
    }
    tell_events(table, list, response, response_size);
    take_hints(table, list);
    feed->after = last_listed(list, feed->after);
    feed->is_live = true;
    if (is_followed || last <= feed->after + BEHIND_MAX) return;
    feed->after = last;
    watch_all_changed(table);
}

static void feed_answered(void *context, const struct onsale_error *error, const uint8_t *response,
                          size_t response_size)
{
    struct subscriptions *table = context;
    int64_t now_ms = loop_now_ms(table->loop);
    table->feed.call = NULL;
    table->feed.next_ms = error == NULL ? now_ms : now_ms + RETRY_MS;
    if (error != NULL) {
        table->feed.is_live = false;
        watch_all_changed(table);
        return;
    }
    Onsale__V1__ListEventsResponse *list = unpack(response, response_size);
    if (list != NULL) take_list(table, list, response, response_size);
    onsale__v1__list_events_response__free_unpacked(list, NULL);
    if (table->topics_count[NEWS_EVENTS] > 0) watch_events_tick(table, now_ms);
}

void watch_events_tick(struct subscriptions *table, int64_t now_ms)
{
    struct feed *feed = &table->feed;
    if (table->count == 0) feed->knows_place = feed->is_live = false;
    if (feed->call != NULL || table->count == 0 || now_ms < feed->next_ms) return;
    if (feed->knows_place)
        feed->call = ask_for_events(table, NULL, feed->after, WAIT_MS, feed_answered, table);
    else
        feed->call = ask_for_events(table, NULL, UINT64_MAX, 0, feed_answered, table);
}

/* --- The entrance ------------------------------------------------------------------------------
 */

/* The topic is where the subscriber is, or behind it, which does no harm. */
static void go_in(struct entrance *entrance)
{
    struct topic_key key = topic_key_of(0);
    struct subscription *owner = entrance->owner;
    struct topic *topic = topic_get(entrance->table, NEWS_EVENTS, &key);
    if (topic == NULL) {
        entrance_refuse_status(entrance, STATUS_OUT_OF_MEMORY);
        return;
    }
    topic_add(topic, owner, false);
    owner->entrance = NULL;
    entrance->owner = NULL;
    entrance_release(entrance);
}

static bool is_where_all_are(const struct entrance *entrance,
                             const Onsale__V1__ListEventsResponse *list)
{
    const struct feed *feed = &entrance->table->feed;
    return entrance->owner->known >= list->last_event_number && feed->knows_place &&
           entrance->owner->known >= feed->after;
}

static void listed(void *context, const struct onsale_error *error, const uint8_t *response,
                   size_t response_size)
{
    struct entrance *entrance = context;
    entrance->call = NULL;
    if (error != NULL && error_is_passing(error)) {
        entrance_wait(entrance);
        return;
    }
    Onsale__V1__ListEventsResponse *list = error == NULL ? unpack(response, response_size) : NULL;
    if (list == NULL) {
        if (error != NULL)
            entrance_refuse(entrance, error);
        else
            entrance_refuse_status(entrance, STATUS_REPLY_MALFORMED);
        return;
    }
    struct news news = news_of(list, response, response_size);
    bool is_there = list->n_events == 0 || entrance_tell(entrance, &news);
    if (is_there && is_where_all_are(entrance, list))
        go_in(entrance);
    else if (is_there && list->n_events == 0)
        entrance_wait(entrance);
    else if (is_there)
        entrance->ask(entrance);
    onsale__v1__list_events_response__free_unpacked(list, NULL);
}

static void ask_at_door(struct entrance *entrance)
{
    const struct subscription *owner = entrance->owner;
    bool is_slow = owner->unsent != NULL && owner->unsent(owner) > UNSENT_BYTES_MAX;
    if (!is_slow)
        entrance->call =
            ask_for_events(entrance->table, &owner->origin, owner->known, 0, listed, entrance);
    if (entrance->call == NULL) entrance_wait(entrance);
}

bool watch_events_enter(struct subscriptions *table, struct subscription *subscription)
{
    struct entrance *entrance = entrance_open(table, subscription, ask_at_door);
    if (entrance == NULL) return false;
    ask_at_door(entrance);
    return true;
}

/* From the topic to an entrance. */
static void go_back(struct subscription *subscription)
{
    struct onsale_error error;
    struct entrance *entrance =
        entrance_open(subscription->topic->table, subscription, ask_at_door);
    if (entrance != NULL) {
        topic_remove(subscription);
        entrance_wait(entrance);
        return;
    }
    unsubscribe(subscription);
    upstream_error(&error, STATUS_OUT_OF_MEMORY, false);
    subscription->ended(subscription, &error);
}
