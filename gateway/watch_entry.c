/* watch_entry.c -- Looks at a queue entry: GetQueueEntry. Looks of one round share frames.
 *
 * While the events are followed they say which queues change, and an entry is looked at when its
 * own has, WATCH_REFRESH_MS after the look before at the earliest. A look now and then is for what
 * they do not tell, and renews a wait that counts from the last poll. Without them everything is
 * looked at all the time. */
#include "gateway/http_limits.h"
#include "gateway/topic.h"
#include "rpc/scan.h"
#include "rpc/wire/unpack.h"

enum { IDLE_LOOK_MS = 4000, LOOKS_PER_LIFETIME = 4, SPREAD_SLOTS = 4, SPREAD_RUN = 256 };

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define ACTIVE ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE

static uint64_t version_of(const Onsale__V1__QueueEntry *entry)
{
    return (uint64_t)entry->status << 32 | entry->position;
}

/* Times are left out: they move with every look, and who shows them counts down by itself. */
static bool has_changed(const struct topic *topic, const Onsale__V1__QueueEntry *entry)
{
    return !topic->is_known || topic->version != version_of(entry) ||
           topic->opens_at_ms != entry->opens_at_ms ||
           topic->admission_paused != entry->admission_paused ||
           topic->estimate_unknown != entry->estimate_unknown;
}

static void note(struct topic *topic, const Onsale__V1__QueueEntry *entry)
{
    topic_number_entry(topic, entry->concert_id, entry->number);
    topic->opens_at_ms = entry->opens_at_ms;
    topic->admission_paused = entry->admission_paused;
    topic->estimate_unknown = entry->estimate_unknown;
}

/* In how long it is looked at next, if nothing happens. */
static int64_t rest_of(const struct topic *topic, const Onsale__V1__QueueEntry *entry)
{
    int64_t rest_ms = entry->remaining_ms / LOOKS_PER_LIFETIME;
    if (topic->is_hurried) return WATCH_HASTE_MS_MIN;
    if (topic->is_changed || !topic->table->feed.is_live || rest_ms < WATCH_REFRESH_MS)
        return WATCH_REFRESH_MS;
    return rest_ms < IDLE_LOOK_MS ? rest_ms : IDLE_LOOK_MS;
}

static void bring_forward(struct topic *topic, int64_t now_ms)
{
    int64_t spread_ms = 1 + (int64_t)(topic->number / SPREAD_RUN % SPREAD_SLOTS) * WHEEL_MS;
    int64_t ms = topic->looked_ms + WATCH_REFRESH_MS - now_ms;
    if (ms < spread_ms) ms = spread_ms;
    if (topic->slot != WHEEL_SLOTS && now_ms + ms < topic->due_ms) topic_look_after(topic, ms);
    topic->is_changed = true;
}

void watch_entries_changed(struct subscriptions *table, uint32_t concert_id)
{
    int64_t now_ms = loop_now_ms(table->loop);
    if (table->topics_count[NEWS_QUEUE_ENTRY] == 0) return;
    for (size_t i = 0; i < TOPIC_BUCKETS; i++)
        for (struct topic *topic = table->numbered[i]; topic != NULL; topic = topic->next_numbered)
            if (concert_id == 0 || topic->concert_id == concert_id) bring_forward(topic, now_ms);
}

static void take(struct topic *topic, const Onsale__V1__GetQueueEntryResponse *message,
                 const uint8_t *response, size_t response_size)
{
    const Onsale__V1__QueueEntry *entry = message->entry;
    bool is_over = entry->status != WAITING && entry->status != ACTIVE;
    struct news news = {
        .kind = NEWS_QUEUE_ENTRY,
        .message = response,
        .message_size = response_size,
        .unpacked = &message->base,
        .version = version_of(entry),
        .is_last = is_over,
    };
    bool is_news = has_changed(topic, entry);
    note(topic, entry);
    if (!is_over) topic_look_after(topic, rest_of(topic, entry));
    if (is_news) topic_tell(topic, &news);
}

/* @return In the table's arena, until the next one; NULL if it is no answer, or there is no memory.
 */
static const Onsale__V1__GetQueueEntryResponse *unpack(struct subscriptions *table,
                                                       const uint8_t *response, size_t size)
{
    const struct onsale_method *method = &onsale_queue_get_queue_entry_method;
    struct scan_problem problem;
    ProtobufCMessage *message;
    arena_reset(&table->arena);
    enum status status = unpack_message(method->response, method->response_packer, response, size,
                                        STATUS_REPLY_MALFORMED, &table->arena, &problem, &message);
    return status == STATUS_OK ? (const Onsale__V1__GetQueueEntryResponse *)message : NULL;
}

static void looked(void *context, const struct onsale_error *error, const uint8_t *response,
                   size_t response_size)
{
    struct topic *topic = context;
    topic->call = NULL;
    if (error != NULL && (topic->is_known ? error_is_passing(error)
                                          : error_is_borne(topic->table, error, topic->made_ms))) {
        topic_look_after(topic, WATCH_REFRESH_MS);
        return;
    }
    if (error != NULL) {
        topic_end(topic, error);
        return;
    }
    const Onsale__V1__GetQueueEntryResponse *message =
        unpack(topic->table, response, response_size);
    if (message != NULL && message->entry != NULL)
        take(topic, message, response, response_size);
    else
        topic_look_after(topic, WATCH_REFRESH_MS);
}

void watch_entry_look(struct topic *topic)
{
    Onsale__V1__GetQueueEntryRequest request = ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    topic->is_changed = false;
    request.token = (ProtobufCBinaryData){topic->key.size, topic->key.bytes};
    topic->call = watch_call(topic->table->open, topic->subscribers,
                             &onsale_queue_get_queue_entry_method, &request.base, looked, topic);
    if (topic->call == NULL) topic_look_after(topic, WATCH_REFRESH_MS);
}
