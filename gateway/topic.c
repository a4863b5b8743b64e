#include "gateway/topic.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "gateway/http_limits.h"
#include "rpc/wire/pack.h"

/* --- Keys --------------------------------------------------------------------------------------
 */

struct topic_key topic_key_of(uint32_t id)
{
    struct topic_key key = {.size = sizeof id};
    memcpy(key.bytes, &id, sizeof id);
    return key;
}

uint32_t topic_id(const struct topic *topic)
{
    uint32_t id;
    REQUIRE(topic->key.size == sizeof id);
    memcpy(&id, topic->key.bytes, sizeof id);
    return id;
}

/* FNV-1a. */
static size_t bucket_of(enum news_kind kind, const void *bytes, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325u ^ (uint64_t)kind;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
    return (size_t)(hash ^ hash >> 32) % TOPIC_BUCKETS;
}

static bool is_called(const struct topic *topic, enum news_kind kind, const struct topic_key *key)
{
    return topic->kind == kind && topic->key.size == key->size &&
           memcmp(topic->key.bytes, key->bytes, key->size) == 0;
}

struct topic *topic_find(const struct subscriptions *table, enum news_kind kind,
                         const struct topic_key *key)
{
    struct topic *topic = table->buckets[bucket_of(kind, key->bytes, key->size)];
    while (topic != NULL && !is_called(topic, kind, key))
        topic = topic->next_in_bucket;
    return topic;
}

/* --- Numbers of entries ------------------------------------------------------------------------
 */

/* Neighbours in the line are neighbours here, and so are looked at and told one after the other:
 * most have come one after the other, so that their memory and their sockets' lie side by side. */
static size_t numbered_bucket(uint32_t concert_id, uint64_t number)
{
    return (size_t)((number + (uint64_t)concert_id * TOPIC_BUCKETS / 8) % TOPIC_BUCKETS);
}

struct topic *topic_find_entry(const struct subscriptions *table, uint32_t concert_id,
                               uint64_t number)
{
    struct topic *topic = table->numbered[numbered_bucket(concert_id, number)];
    while (topic != NULL && (topic->concert_id != concert_id || topic->number != number))
        topic = topic->next_numbered;
    return topic;
}

void topic_number_entry(struct topic *topic, uint32_t concert_id, uint64_t number)
{
    if (topic->is_numbered) return;
    struct topic **bucket = &topic->table->numbered[numbered_bucket(concert_id, number)];
    topic->concert_id = concert_id;
    topic->number = number;
    topic->is_numbered = true;
    topic->next_numbered = *bucket;
    *bucket = topic;
}

static void forget_number(struct topic *topic)
{
    if (!topic->is_numbered) return;
    struct topic **place =
        &topic->table->numbered[numbered_bucket(topic->concert_id, topic->number)];
    while (*place != topic)
        place = &(*place)->next_numbered;
    *place = topic->next_numbered;
}

/* --- The wheel ---------------------------------------------------------------------------------
 */

static void leave_wheel(struct topic *topic)
{
    if (topic->slot == WHEEL_SLOTS) return;
    if (topic->previous_due != NULL)
        topic->previous_due->next_due = topic->next_due;
    else
        topic->table->wheel[topic->slot] = topic->next_due;
    if (topic->next_due != NULL) topic->next_due->previous_due = topic->previous_due;
    topic->slot = WHEEL_SLOTS;
}

void topic_look_after(struct topic *topic, int64_t ms)
{
    struct subscriptions *table = topic->table;
    size_t slots = (size_t)((ms + WHEEL_MS - 1) / WHEEL_MS);
    REQUIRE(ms > 0);
    REQUIRE(slots < WHEEL_SLOTS);
    leave_wheel(topic);
    topic->due_ms = loop_now_ms(table->loop) + ms;
    topic->slot = (table->slot + slots - 1) % WHEEL_SLOTS;
    topic->previous_due = NULL;
    topic->next_due = table->wheel[topic->slot];
    if (topic->next_due != NULL) topic->next_due->previous_due = topic;
    table->wheel[topic->slot] = topic;
}

void topic_hurry(struct topic *topic)
{
    int64_t since_ms = loop_now_ms(topic->table->loop) - topic->looked_ms;
    if (topic->is_hurried) return;
    topic->is_hurried = true;
    if (topic->call != NULL) return; /* it is looked at after the answer */
    topic_look_after(topic, since_ms < WATCH_HASTE_MS_MIN ? WATCH_HASTE_MS_MIN - since_ms : 1);
}

/* --- Life --------------------------------------------------------------------------------------
 */

struct topic *topic_get(struct subscriptions *table, enum news_kind kind,
                        const struct topic_key *key)
{
    struct topic *topic = topic_find(table, kind, key);
    if (topic != NULL) return topic;
    topic = calloc(1, sizeof *topic);
    if (topic == NULL) return NULL;
    topic->table = table;
    topic->kind = kind;
    topic->key = *key;
    topic->slot = WHEEL_SLOTS;
    topic->made_ms = loop_now_ms(table->loop);
    struct topic **bucket = &table->buckets[bucket_of(kind, key->bytes, key->size)];
    topic->next_in_bucket = *bucket;
    *bucket = topic;
    table->topics_count[kind]++;
    return topic;
}

static void leave_bucket(struct topic *topic)
{
    const struct topic_key *key = &topic->key;
    struct topic **place = &topic->table->buckets[bucket_of(topic->kind, key->bytes, key->size)];
    while (*place != topic)
        place = &(*place)->next_in_bucket;
    *place = topic->next_in_bucket;
}

/* One that waits to welcome is freed after that. */
void topic_release(struct topic *topic)
{
    if (topic->subscribers != NULL || topic->is_telling || topic->has_new) return;
    if (topic->call != NULL) upstream_cancel(topic->call);
    leave_bucket(topic);
    leave_wheel(topic);
    forget_number(topic);
    topic->table->topics_count[topic->kind]--;
    free(topic->message);
    free(topic);
}

void topic_add(struct topic *topic, struct subscription *subscription, bool is_new)
{
    struct subscriptions *table = topic->table;
    REQUIRE(subscription->topic == NULL);
    subscription->topic = topic;
    subscription->is_new = is_new;
    subscription->previous = NULL;
    subscription->next = topic->subscribers;
    if (subscription->next != NULL) subscription->next->previous = subscription;
    topic->subscribers = subscription;
    if (!is_new || topic->has_new || !topic->is_known) return;
    topic->has_new = true;
    topic->next_welcome = table->welcomed;
    table->welcomed = topic;
    loop_defer(table->loop, &table->welcome);
}

static void take_out(struct subscription *subscription)
{
    struct topic *topic = subscription->topic;
    if (topic->cursor == subscription) topic->cursor = subscription->next;
    if (subscription->previous != NULL)
        subscription->previous->next = subscription->next;
    else
        topic->subscribers = subscription->next;
    if (subscription->next != NULL) subscription->next->previous = subscription->previous;
    subscription->topic = NULL;
    subscription->previous = subscription->next = NULL;
}

void topic_remove(struct subscription *subscription)
{
    struct topic *topic = subscription->topic;
    take_out(subscription);
    topic_release(topic);
}

/* --- Telling -----------------------------------------------------------------------------------
 */

void subscription_tell(struct subscription *subscription, struct news *news)
{
    subscription->known = news->version;
    subscription->is_new = false;
    subscription->told(subscription, news);
}

static void tell_all(struct topic *topic, struct news *news)
{
    struct subscription *each = topic->subscribers;
    topic->is_telling = true;
    for (; each != NULL; each = topic->cursor) {
        topic->cursor = each->next;
        if (each->known > news->version && topic->kind == NEWS_SEATS) continue; /* knows more */
        if (news->is_last) {
            take_out(each);
            topic->table->count--;
        }
        subscription_tell(each, news);
    }
    topic->is_telling = false;
}

static bool keep(struct topic *topic, const struct news *news)
{
    if (topic->message_room <= news->message_size) {
        uint8_t *message = realloc(topic->message, news->message_size + 1);
        if (message == NULL) return false;
        topic->message = message;
        topic->message_room = news->message_size + 1;
    }
    if (news->message_size > 0) memcpy(topic->message, news->message, news->message_size);
    topic->message_size = news->message_size;
    return true;
}

void topic_tell(struct topic *topic, struct news *news)
{
    topic->version = news->version;
    topic->is_known = keep(topic, news);
    tell_all(topic, news);
    topic_release(topic);
}

void topic_end(struct topic *topic, const struct onsale_error *error)
{
    topic->is_telling = true;
    while (topic->subscribers != NULL) {
        struct subscription *subscription = topic->subscribers;
        take_out(subscription);
        if (subscription->entrance != NULL) entrance_leave(subscription->entrance);
        topic->table->count--;
        subscription->ended(subscription, error);
    }
    topic->is_telling = false;
    topic_release(topic);
}

/* --- Calls -------------------------------------------------------------------------------------
 */

bool error_is_passing(const struct onsale_error *error)
{
    return onsale_status_may_retry(error->status) ||
           error->code == ONSALE__RPC__V1__CODE__CODE_UNAVAILABLE ||
           error->code == ONSALE__RPC__V1__CODE__CODE_DEADLINE_EXCEEDED;
}

bool error_is_borne(const struct subscriptions *table, const struct onsale_error *error,
                    int64_t since_ms)
{
    return error_is_passing(error) && loop_now_ms(table->loop) - since_ms < WATCH_LOOK_MS_MAX;
}

struct upstream_call *watch_call(struct upstream *upstream, const struct subscription *who,
                                 const struct onsale_method *method,
                                 const ProtobufCMessage *request, upstream_done *done,
                                 void *context)
{
    enum { REQUEST_BYTES_MAX = 128 };
    uint8_t bytes[REQUEST_BYTES_MAX];
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    struct packing packing = pack_measure(request, method->request_packer);
    REQUIRE(packing.size <= sizeof bytes);
    pack_write(packing, bytes);
    options.timeout_ms = WATCH_LOOK_MS_MAX;
    const struct upstream_origin *origin = who == NULL ? NULL : &who->origin;
    return upstream_call_quietly(upstream, origin, method, bytes, packing.size, &options, done,
                                 context);
}
