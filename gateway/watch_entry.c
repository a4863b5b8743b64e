/* watch_entry.c -- Looks at a queue entry: GetQueueEntry. Looks of one round share frames.
 *
 * A WAITING entry is looked at all the time, since those before it go away; what becomes of an
 * ACTIVE one the events say, so that a look now and then is only for what they did not. */
#include "gateway/http_limits.h"
#include "gateway/topic.h"

enum { ACTIVE_LOOK_MS = 5000 };

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define ACTIVE ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE

static uint64_t version_of(const Onsale__V1__QueueEntry *entry)
{
    return (uint64_t)entry->status << 32 | entry->position;
}

/* Times are left out: they move with every look, and who shows them counts down by itself. */
static bool says_the_same(const Onsale__V1__QueueEntry *a, const Onsale__V1__QueueEntry *b)
{
    return version_of(a) == version_of(b) && a->opens_at_ms == b->opens_at_ms &&
           a->admission_paused == b->admission_paused && a->estimate_unknown == b->estimate_unknown;
}

static bool has_changed(const struct topic *topic, const Onsale__V1__QueueEntry *entry)
{
    if (!topic->is_known || topic->version != version_of(entry)) return true;
    Onsale__V1__GetQueueEntryResponse *before =
        onsale__v1__get_queue_entry_response__unpack(NULL, topic->message_size, topic->message);
    bool is_same = before != NULL && says_the_same(before->entry, entry);
    onsale__v1__get_queue_entry_response__free_unpacked(before, NULL);
    return !is_same;
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
    topic_number_entry(topic, entry->concert_id, entry->number);
    if (topic->is_hurried)
        topic_look_after(topic, WATCH_HASTE_MS_MIN);
    else if (!is_over)
        topic_look_after(topic, entry->status == ACTIVE ? ACTIVE_LOOK_MS : WATCH_REFRESH_MS);
    if (has_changed(topic, entry)) topic_tell(topic, &news);
}

static void looked(void *context, const struct onsale_error *error, const uint8_t *response,
                   size_t response_size)
{
    struct topic *topic = context;
    topic->call = NULL;
    if (error != NULL && topic->is_known && error_is_passing(error)) {
        topic_look_after(topic, WATCH_REFRESH_MS);
        return;
    }
    if (error != NULL) {
        topic_end(topic, error);
        return;
    }
    Onsale__V1__GetQueueEntryResponse *message =
        onsale__v1__get_queue_entry_response__unpack(NULL, response_size, response);
    if (message != NULL && message->entry != NULL)
        take(topic, message, response, response_size);
    else
        topic_look_after(topic, WATCH_REFRESH_MS);
    onsale__v1__get_queue_entry_response__free_unpacked(message, NULL);
}

void watch_entry_look(struct topic *topic)
{
    Onsale__V1__GetQueueEntryRequest request = ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    request.token = (ProtobufCBinaryData){topic->key.size, topic->key.bytes};
    topic->call = watch_call(topic->table->open, &onsale_queue_get_queue_entry_method,
                             &request.base, looked, topic);
}
