/* followed_entries.c -- Queue entries: asked for once a second, whoever many follow each. */
#include <stdlib.h>
#include <string.h>

#include "gateway/following.h"

enum { BUCKETS = 16 * 1024, LEAST_PER_LOOK = 64 };

/* What a follower is told changes of. */
struct entry_state {
    Onsale__V1__QueueEntryStatus status;
    uint32_t position;
    bool estimate_unknown;
    bool admission_paused;
    int64_t opens_at_ms;
};

struct followed_entry {
    struct subscriptions *all;
    struct followed_entry *older, *newer; /* in the order of their polls */
    struct followed_entry *next_by_token;
    struct followed_entry *next_by_number;
    struct subscription *subscriptions;
    struct upstream_call *poll;
    int64_t polled_ms;
    bool is_wanted_again; /* something happened while the poll was under way */
    bool is_known;        /* what follows */
    struct entry_state state;
    uint32_t concert_id;
    uint64_t number;
    size_t token_size;
    uint8_t token[ONSALE_TOKEN_BYTES];
};

/* --- Finding -----------------------------------------------------------------------------------
 */

/* FNV-1a. */
static size_t bucket_of(const void *bytes, size_t size)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 16777619U;
    return hash % BUCKETS;
}

static struct followed_entry **bucket_of_number(const struct followed_entries *entries,
                                                uint32_t concert_id, uint64_t number)
{
    const uint64_t key[] = {concert_id, number};
    return &entries->by_number[bucket_of(key, sizeof key)];
}

static struct followed_entry *find(const struct followed_entries *entries,
                                   ProtobufCBinaryData token)
{
    struct followed_entry *entry = entries->by_token[bucket_of(token.data, token.len)];
    while (entry != NULL &&
           (entry->token_size != token.len || memcmp(entry->token, token.data, token.len) != 0))
        entry = entry->next_by_token;
    return entry;
}

static void append(struct followed_entries *entries, struct followed_entry *entry)
{
    entry->newer = NULL;
    entry->older = entries->newest;
    if (entries->newest != NULL)
        entries->newest->newer = entry;
    else
        entries->oldest = entry;
    entries->newest = entry;
}

static void take_out(struct followed_entries *entries, struct followed_entry *entry)
{
    if (entry->older != NULL)
        entry->older->newer = entry->newer;
    else
        entries->oldest = entry->newer;
    if (entry->newer != NULL)
        entry->newer->older = entry->older;
    else
        entries->newest = entry->older;
}

static struct followed_entry *open_entry(struct subscriptions *all, ProtobufCBinaryData token)
{
    struct followed_entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL) return NULL;
    struct followed_entry **bucket = &all->entries.by_token[bucket_of(token.data, token.len)];
    entry->all = all;
    entry->token_size = token.len;
    memcpy(entry->token, token.data, token.len);
    entry->next_by_token = *bucket;
    *bucket = entry;
    append(&all->entries, entry);
    all->entries.count++;
    return entry;
}

static void close_entry(struct followed_entry *entry)
{
    struct followed_entries *entries = &entry->all->entries;
    struct followed_entry **place = &entries->by_token[bucket_of(entry->token, entry->token_size)];
    while (*place != entry)
        place = &(*place)->next_by_token;
    *place = entry->next_by_token;
    if (entry->is_known) {
        place = bucket_of_number(entries, entry->concert_id, entry->number);
        while (*place != entry)
            place = &(*place)->next_by_number;
        *place = entry->next_by_number;
    }
    take_out(entries, entry);
    entries->count--;
    if (entry->poll != NULL) upstream_cancel(entry->poll);
    free(entry);
}

static void end_entry(struct followed_entry *entry, const struct onsale_error *error)
{
    struct subscription *subscriptions = entry->subscriptions;
    entry->subscriptions = NULL;
    close_entry(entry);
    subscriptions_end_list(&subscriptions, error);
}

/* --- Polling -----------------------------------------------------------------------------------
 */

static void learn_number(struct followed_entry *entry, const Onsale__V1__QueueEntry *told)
{
    if (entry->is_known) return;
    entry->is_known = true;
    entry->concert_id = told->concert_id;
    entry->number = told->number;
    struct followed_entry **bucket =
        bucket_of_number(&entry->all->entries, told->concert_id, told->number);
    entry->next_by_number = *bucket;
    *bucket = entry;
}

/* @return Whether anything is other than it was. */
static bool learn(struct followed_entry *entry, const Onsale__V1__QueueEntry *told)
{
    const struct entry_state *before = &entry->state;
    bool is_new = !entry->is_known || before->status != told->status ||
                  before->position != told->position ||
                  before->estimate_unknown != (told->estimate_unknown != 0) ||
                  before->admission_paused != (told->admission_paused != 0) ||
                  before->opens_at_ms != told->opens_at_ms;
    learn_number(entry, told);
    entry->state = (struct entry_state){told->status, told->position, told->estimate_unknown != 0,
                                        told->admission_paused != 0, told->opens_at_ms};
    return is_new;
}

static void tell(struct followed_entry *entry, bool is_new, const uint8_t *message, size_t size)
{
    for (struct subscription *each = entry->subscriptions; each != NULL; each = each->next) {
        if (!is_new && each->has_first) continue;
        each->has_first = true;
        each->subscriber.news(each->subscriber.context, message, size);
    }
}

static bool is_over(Onsale__V1__QueueEntryStatus status)
{
    return status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED ||
           status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_LEFT;
}

static void poll(struct followed_entry *entry);

static void take_answer(struct followed_entry *entry, const uint8_t *message, size_t size)
{
    Onsale__V1__GetQueueEntryResponse *response =
        onsale__v1__get_queue_entry_response__unpack(NULL, size, message);
    if (response != NULL && response->entry != NULL) {
        bool is_new = learn(entry, response->entry);
        tell(entry, is_new, message, size);
    }
    onsale__v1__get_queue_entry_response__free_unpacked(response, NULL);
}

static void polled(void *context, const struct onsale_error *error, const uint8_t *message,
                   size_t size)
{
    struct followed_entry *entry = context;
    entry->poll = NULL;
    if (error != NULL && !poll_may_heal(error)) {
        end_entry(entry, error);
        return;
    }
    if (error == NULL) take_answer(entry, message, size);
    if (error == NULL && entry->is_known && is_over(entry->state.status))
        end_entry(entry, NULL);
    else if (entry->is_wanted_again)
        poll(entry);
}

static void poll(struct followed_entry *entry)
{
    struct subscriptions *all = entry->all;
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    Onsale__V1__GetQueueEntryRequest request = ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    uint8_t bytes[2 * ONSALE_TOKEN_BYTES];
    options.timeout_ms = POLL_TIMEOUT_MS;
    request.token = (ProtobufCBinaryData){entry->token_size, entry->token};
    size_t size = onsale__v1__get_queue_entry_request__pack(&request, bytes);
    entry->is_wanted_again = false;
    entry->polled_ms = loop_now_ms(all->loop);
    take_out(&all->entries, entry);
    append(&all->entries, entry);
    entry->poll = upstream_call(all->upstream, NULL, &onsale_queue_get_queue_entry_method, bytes,
                                size, &options, polled, entry);
}

static void poll_soon(struct followed_entry *entry)
{
    if (entry->poll == NULL)
        poll(entry);
    else
        entry->is_wanted_again = true;
}

/* Spread over a second, and so that even a crowd that came at once is through in one. */
void followed_entries_look(struct subscriptions *all, int64_t now_ms)
{
    size_t left = all->entries.count * LOOK_MS / POLL_MS + LEAST_PER_LOOK;
    struct followed_entry *entry = all->entries.oldest;
    while (entry != NULL && left > 0 && now_ms - entry->polled_ms >= POLL_MS) {
        struct followed_entry *newer = entry->newer;
        if (entry->poll == NULL) {
            poll(entry);
            left--;
        }
        entry = newer;
    }
}

void followed_entries_hint(struct subscriptions *all, uint32_t concert_id, uint64_t number)
{
    struct followed_entry *entry = *bucket_of_number(&all->entries, concert_id, number);
    while (entry != NULL && (entry->concert_id != concert_id || entry->number != number))
        entry = entry->next_by_number;
    if (entry != NULL) poll_soon(entry);
}

/* --- Following ---------------------------------------------------------------------------------
 */

struct subscription *subscribe_queue_entry(struct subscriptions *all, ProtobufCBinaryData token,
                                           const struct subscriber *subscriber)
{
    static uint8_t no_bytes[1];
    if (token.len == 0 || token.len > ONSALE_TOKEN_BYTES) /* the server says why that is none */
        token = (ProtobufCBinaryData){0, no_bytes};
    struct subscription *subscription = subscription_open(all, subscriber);
    if (subscription == NULL) return NULL;
    struct followed_entry *entry = find(&all->entries, token);
    if (entry == NULL) entry = open_entry(all, token);
    if (entry == NULL) {
        subscription_free(subscription);
        return NULL;
    }
    subscription->entry = entry;
    subscription_link(&entry->subscriptions, subscription);
    poll_soon(entry);
    return subscription;
}

void followed_entry_leave(struct subscription *subscription)
{
    struct followed_entry *entry = subscription->entry;
    subscription_unlink(&entry->subscriptions, subscription);
    if (entry->subscriptions == NULL) close_entry(entry);
}

bool followed_entries_open(struct followed_entries *entries)
{
    entries->by_token = calloc(BUCKETS, sizeof(struct followed_entry *));
    entries->by_number = calloc(BUCKETS, sizeof(struct followed_entry *));
    if (entries->by_token != NULL && entries->by_number != NULL) return true;
    followed_entries_close(entries);
    return false;
}

void followed_entries_close(struct followed_entries *entries)
{
    free(entries->by_token);
    free(entries->by_number);
}

void followed_entries_end(struct subscriptions *all, const struct onsale_error *error)
{
    while (all->entries.oldest != NULL)
        end_entry(all->entries.oldest, error);
}
