#include "gateway/subscriptions.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "gateway/topic.h"

enum { IDLE_TICK_MS = 60 * 1000, ANSWER_BYTES_MAX = 64 * 1024 };

/* --- Time --------------------------------------------------------------------------------------
 */

static void look(struct topic *topic)
{
    topic->is_hurried = false;
    topic->looked_ms = loop_now_ms(topic->table->loop);
    if (topic->kind == NEWS_QUEUE_ENTRY)
        watch_entry_look(topic);
    else
        watch_seats_look(topic);
}

/* Nobody is put into the slot that is run: see topic_look_after. */
static void run_slot(struct subscriptions *table)
{
    struct topic *topic = table->wheel[table->slot];
    table->wheel[table->slot] = NULL;
    table->slot = (table->slot + 1) % WHEEL_SLOTS;
    while (topic != NULL) {
        struct topic *next = topic->next_due;
        topic->slot = WHEEL_SLOTS;
        look(topic);
        topic = next;
    }
}

static void tick(struct loop_ticker *ticker, int64_t now_ms)
{
    struct subscriptions *table =
        (struct subscriptions *)((char *)ticker - offsetof(struct subscriptions, ticker));
    run_slot(table);
    entrances_tick(table);
    watch_sale_tick(table, now_ms);
    watch_events_tick(table, now_ms);
    entry_waits_tick(table, now_ms);
    if (table->count == 0) ticker->interval_ms = IDLE_TICK_MS;
}

/* --- Those who come to a topic that is known ---------------------------------------------------
 */

static void welcome_to(struct topic *topic)
{
    struct news news = {
        .kind = topic->kind,
        .message = topic->message,
        .message_size = topic->message_size,
        .version = topic->version,
    };
    struct subscription *each = topic->subscribers;
    topic->is_telling = true;
    for (; each != NULL && each->is_new; each = topic->cursor) {
        topic->cursor = each->next;
        subscription_tell(each, &news);
    }
    topic->is_telling = false;
    topic_release(topic);
}

static void welcome(struct loop_task *task)
{
    struct subscriptions *table =
        (struct subscriptions *)((char *)task - offsetof(struct subscriptions, welcome));
    struct topic *topic = table->welcomed;
    table->welcomed = NULL;
    while (topic != NULL) {
        struct topic *next = topic->next_welcome;
        topic->has_new = false;
        welcome_to(topic);
        topic = next;
    }
}

/* --- Life --------------------------------------------------------------------------------------
 */

struct subscriptions *subscriptions_open(struct loop *loop, struct upstream *open,
                                         struct upstream *trusted)
{
    struct subscriptions *table = calloc(1, sizeof *table);
    if (table == NULL) return NULL;
    table->loop = loop;
    table->open = open;
    table->trusted = trusted;
    table->ticker = (struct loop_ticker){.tick = tick, .interval_ms = IDLE_TICK_MS};
    table->welcome.run = welcome;
    arena_init(&table->arena, ANSWER_BYTES_MAX);
    loop_tick(loop, &table->ticker);
    return table;
}

void subscriptions_close(struct subscriptions *subscriptions)
{
    if (subscriptions == NULL) return;
    REQUIRE(subscriptions->count == 0);
    if (subscriptions->feed.call != NULL) upstream_cancel(subscriptions->feed.call);
    if (subscriptions->sale.call != NULL) upstream_cancel(subscriptions->sale.call);
    loop_finish(subscriptions->loop); /* a topic may be left to be welcomed to */
    arena_deinit(&subscriptions->arena);
    free(subscriptions);
}

size_t subscriptions_count(const struct subscriptions *subscriptions)
{
    return subscriptions->count;
}

/* --- Subscribing -------------------------------------------------------------------------------
 */

static void count_one(struct subscriptions *table)
{
    table->count++;
    if (table->ticker.interval_ms == WHEEL_MS) return;
    table->ticker.interval_ms = WHEEL_MS;
    loop_tick_soon(table->loop, &table->ticker);
}

bool subscribe_queue_entry(struct subscriptions *subscriptions, struct subscription *subscription,
                           const uint8_t *token, size_t token_size)
{
    struct topic_key key = {.size = token_size < TOPIC_KEY_BYTES ? token_size : TOPIC_KEY_BYTES};
    if (key.size > 0) memcpy(key.bytes, token, key.size);
    struct topic *topic = topic_get(subscriptions, NEWS_QUEUE_ENTRY, &key);
    if (topic == NULL) return false;
    count_one(subscriptions);
    bool is_looked_at = topic->call != NULL || topic->slot != WHEEL_SLOTS;
    topic_add(topic, subscription, true);
    if (!is_looked_at) look(topic);
    return true;
}

bool subscribe_seats(struct subscriptions *subscriptions, struct subscription *subscription,
                     uint32_t performance_id, uint64_t known_version, const uint8_t *token,
                     size_t token_size)
{
    subscription->known = known_version;
    if (!watch_seats_enter(subscriptions, subscription, performance_id, token, token_size))
        return false;
    count_one(subscriptions);
    return true;
}

bool subscribe_sale(struct subscriptions *subscriptions, struct subscription *subscription,
                    uint32_t concert_id)
{
    struct topic_key key = topic_key_of(concert_id);
    struct topic *topic = topic_get(subscriptions, NEWS_SALE, &key);
    if (topic == NULL) return false;
    count_one(subscriptions);
    topic_add(topic, subscription, true);
    if (!topic->is_known) subscriptions->sale.next_ms = 0;
    return true;
}

bool subscribe_events(struct subscriptions *subscriptions, struct subscription *subscription,
                      uint64_t after)
{
    subscription->known = after;
    if (!watch_events_enter(subscriptions, subscription)) return false;
    count_one(subscriptions);
    return true;
}

void unsubscribe(struct subscription *subscription)
{
    struct entrance *entrance = subscription->entrance;
    if (subscription->topic == NULL && entrance == NULL) return;
    struct subscriptions *table =
        subscription->topic != NULL ? subscription->topic->table : entrance_table(entrance);
    if (entrance != NULL) entrance_leave(entrance);
    if (subscription->topic != NULL) topic_remove(subscription);
    table->count--;
}
