/* subscriptions.h -- Who wants to be told of what: places in queues, seats, sales, events. One
 * table for server-sent events and for the streams of gRPC.
 *
 * A subscriber costs the server no long poll. Subscribers to the same thing share one topic, whose
 * answer is asked for once and told to all of them in the same bytes:
 *
 *  - a queue entry: by GetQueueEntry, all entries in frames of many, within WATCH_REFRESH_MS_MAX;
 *  - the seats of a performance: by one GetSeatMap that knows the version before;
 *  - a sale, which is the queue of a concert: by one GetStats for all of them;
 *  - events: by the one ListEvents that waits on the watch socket. It also says what to look at
 *    sooner than its turn is: who was admitted, has left or is over, and where seats have changed.
 *
 *     struct page {
 *         struct subscription subscription;
 *         struct exchange *exchange;
 *     };
 *     page->subscription.told = page_told;
 *     page->subscription.ended = page_ended;
 *     subscribe_queue_entry(subscriptions, &page->subscription, token, token_size);
 *
 * Threads: the loop's. Nothing is told before the function that subscribes has returned. */
#ifndef GATEWAY_SUBSCRIPTIONS_H
#define GATEWAY_SUBSCRIPTIONS_H

#include <onsale/onsale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/upstream.h"

struct loop;
struct subscriptions;
struct topic;

enum news_kind { NEWS_QUEUE_ENTRY, NEWS_SEATS, NEWS_SALE, NEWS_EVENTS };

/** What is told: a message of the server's, packed. Borrowed during the callback. */
struct news {
    enum news_kind kind;
    const uint8_t *message; /* by kind, of onsale.v1: GetQueueEntryResponse, GetSeatMapResponse,
                               QueueStats, ListEventsResponse */
    size_t message_size;
    const ProtobufCMessage *unpacked; /* the same; NULL: nobody had a reason to unpack it */
    uint64_t version; /* SEATS: the map's; SALE and EVENTS: number of the newest event in it; of a
                         QUEUE_ENTRY status << 32 | position */
    bool is_last;     /* of a QUEUE_ENTRY that is over: the subscription has ended with this */

    /** The same as a server-sent event. The first who needs it and finds NULL makes it for those
     * who come after; it lives until the next news is told. */
    const char *event;
    size_t event_size;
};

/** A member of the subscriber's struct, all zero but for the functions. */
struct subscription {
    /** Something has changed; the first time, how it is. The subscriber may unsubscribe in it, this
     * or any other, and subscribe anew. */
    void (*told)(struct subscription *subscription, struct news *news);

    /** It is over: the server refuses what was asked for. The subscription is gone already. Not
     * called after news that is the last, nor after unsubscribe.
     * @param error  Valid during the callback; its message is English. */
    void (*ended)(struct subscription *subscription, const struct onsale_error *error);

    /** Of events alone, and may be NULL: bytes that the subscriber has been told and that its
     * reader has not taken yet. Events are read from the store only as fast as they are taken. */
    size_t (*unsent)(const struct subscription *subscription);

    /** Who follows, as long as it does: for the calls that are made for it. One that is made for
     * many is made for who came last. All zero: nobody is told of. */
    struct upstream_origin origin;

    /* The table's own. */
    struct topic *topic; /* NULL: not subscribed */
    struct subscription *previous, *next;
    uint64_t known;            /* version told last */
    bool is_new;               /* of a topic that has been told before */
    struct entrance *entrance; /* of seats and events: on its way to the topic, or its token */
};

/** @param open     The calls of everybody: GetQueueEntry, GetSeatMap with a token, ListEvents.
 * @param trusted  Reaches the admin socket with every method (its `url` is that socket): GetSeatMap
 *                 without a token, GetStats. NULL: subscriptions that need it end with
 *                 ADMIN_SOCKET_NEEDED.
 * Both must outlive the table. @return NULL if there is no memory. */
struct subscriptions *subscriptions_open(struct loop *loop, struct upstream *open,
                                         struct upstream *trusted);

/** Frees the table. Nobody may be subscribed. NULL is fine. */
void subscriptions_close(struct subscriptions *subscriptions);

/** How many there are: for statistics. */
size_t subscriptions_count(const struct subscriptions *subscriptions);

/* Those that follow return false if there is no memory: then nobody is subscribed. */

/** Follows a queue entry until it is over: status and position.
 * @param token  Any bytes; copied. What is no token ends with TOKEN_MISSING or TOKEN_UNKNOWN. */
bool subscribe_queue_entry(struct subscriptions *subscriptions, struct subscription *subscription,
                           const uint8_t *token, size_t token_size);

/** Follows the seats of a performance.
 * @param known_version  As of GetSeatMap: the first news is what has changed since, and comes even
 *                       if that is nothing. 0: all.
 * @param token  ACTIVE, and of the concert of the performance; when it is so no longer the
 *               subscription ends with TOKEN_EXPIRED. NULL: whoever subscribes may see seats
 *               without one. Copied. */
bool subscribe_seats(struct subscriptions *subscriptions, struct subscription *subscription,
                     uint32_t performance_id, uint64_t known_version, const uint8_t *token,
                     size_t token_size);

/** Follows the numbers of a concert's queue. */
bool subscribe_sale(struct subscriptions *subscriptions, struct subscription *subscription,
                    uint32_t concert_id);

/** Follows the events after a number: first those that there are, in order, then as they happen.
 * None is left out. */
bool subscribe_events(struct subscriptions *subscriptions, struct subscription *subscription,
                      uint64_t after);

/** Ends it without telling. One that is not subscribed (zero, or ended) is left alone. */
void unsubscribe(struct subscription *subscription);

#endif
