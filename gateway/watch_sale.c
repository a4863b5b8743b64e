/* watch_sale.c -- The numbers of sales: one GetStats a look for all concerts that are followed; as
 * with queue entries, when something has happened, and now and then. */
#include <stdlib.h>
#include <string.h>

#include "gateway/http_limits.h"
#include "gateway/topic.h"

enum { IDLE_LOOK_MS = 4000 };

static void tell_queue(struct topic *topic, const Onsale__V1__QueueStats *queue, uint64_t version)
{
    size_t size = onsale__v1__queue_stats__get_packed_size(queue);
    uint8_t *bytes = malloc(size + 1);
    if (bytes == NULL) return;
    onsale__v1__queue_stats__pack(queue, bytes);
    struct news news = {
        .kind = NEWS_SALE,
        .message = bytes,
        .message_size = size,
        .unpacked = &queue->base,
        .version = version,
    };
    bool is_same =
        topic->is_known && topic->message_size == size && memcmp(topic->message, bytes, size) == 0;
    if (!is_same) topic_tell(topic, &news);
    free(bytes);
}

static const Onsale__V1__QueueStats *find_queue(const Onsale__V1__GetStatsResponse *stats,
                                                uint32_t concert_id)
{
    for (size_t i = 0; i < stats->n_queues; i++)
        if (stats->queues[i]->concert_id == concert_id) return stats->queues[i];
    return NULL;
}

static void tell_topic(struct topic *topic, const Onsale__V1__GetStatsResponse *stats)
{
    struct onsale_error error;
    const Onsale__V1__QueueStats *queue = find_queue(stats, topic_id(topic));
    if (queue != NULL) {
        tell_queue(topic, queue, stats->last_event_number);
        return;
    }
    upstream_error(&error, STATUS_CONCERT_NOT_FOUND, false);
    topic_end(topic, &error);
}

/* Telling one may end it and others, so the next one is looked for from the beginning. */
static struct topic *next_sale(const struct subscriptions *table, size_t bucket)
{
    struct topic *topic = table->buckets[bucket];
    while (topic != NULL && (topic->kind != NEWS_SALE || topic->round == table->sale.round ||
                             topic->subscribers == NULL))
        topic = topic->next_in_bucket;
    return topic;
}

static void for_each_sale(struct subscriptions *table, const Onsale__V1__GetStatsResponse *stats,
                          const struct onsale_error *error)
{
    table->sale.round++;
    for (size_t i = 0; i < TOPIC_BUCKETS && table->topics_count[NEWS_SALE] > 0; i++) {
        struct topic *topic;
        while ((topic = next_sale(table, i)) != NULL) {
            topic->round = table->sale.round;
            if (stats != NULL)
                tell_topic(topic, stats);
            else if (!topic->is_known || !error_is_passing(error))
                topic_end(topic, error);
        }
    }
}

static void refuse_all(struct subscriptions *table)
{
    struct onsale_error error;
    upstream_error(&error, STATUS_ADMIN_SOCKET_NEEDED, false);
    for_each_sale(table, NULL, &error);
}

static void looked(void *context, const struct onsale_error *error, const uint8_t *response,
                   size_t response_size)
{
    struct subscriptions *table = context;
    Onsale__V1__GetStatsResponse *stats = NULL;
    table->sale.call = NULL;
    if (error == NULL)
        stats = onsale__v1__get_stats_response__unpack(NULL, response_size, response);
    if (error != NULL || stats != NULL) for_each_sale(table, stats, error);
    onsale__v1__get_stats_response__free_unpacked(stats, NULL);
}

void watch_sale_changed(struct subscriptions *table)
{
    struct sale_watch *sale = &table->sale;
    int64_t soon_ms = sale->looked_ms + WATCH_REFRESH_MS;
    if (soon_ms < sale->next_ms) sale->next_ms = soon_ms;
}

/* All sales are asked for by one call. */
static const struct subscription *anybody(const struct subscriptions *table)
{
    for (size_t i = 0; i < TOPIC_BUCKETS; i++)
        for (const struct topic *topic = table->buckets[i]; topic != NULL;
             topic = topic->next_in_bucket)
            if (topic->kind == NEWS_SALE && topic->subscribers != NULL) return topic->subscribers;
    return NULL;
}

void watch_sale_tick(struct subscriptions *table, int64_t now_ms)
{
    Onsale__V1__GetStatsRequest request = ONSALE__V1__GET_STATS_REQUEST__INIT;
    struct sale_watch *sale = &table->sale;
    if (table->topics_count[NEWS_SALE] == 0 || sale->call != NULL || now_ms < sale->next_ms) return;
    sale->looked_ms = now_ms;
    sale->next_ms = now_ms + (table->feed.is_live ? IDLE_LOOK_MS : WATCH_REFRESH_MS);
    if (table->trusted == NULL)
        refuse_all(table);
    else
        sale->call = watch_call(table->trusted, anybody(table), &onsale_admin_get_stats_method,
                                &request.base, looked, table);
}
