/* subscriptions.h -- Who follows what, and the polls that serve all of them together.
 *
 * A long poll for each follower does not scale: the server takes some thousands. Here a queue entry
 * is asked for once a second, in frames that hundreds share, whoever many follow it; sooner when
 * the one poll of the events says that something has become of it. A performance is asked for once
 * a second, and all its followers get the same bytes. Events are polled once for all who are up to
 * date.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_SUBSCRIPTIONS_H
#define GATEWAY_SUBSCRIPTIONS_H

#include <onsale/onsale.h>

struct loop;
struct subscription;
struct subscriptions;
struct upstream;

/** Whom to tell. Nobody is told before the function that subscribes has returned. Within, no
 * subscription may be cancelled or made. */
struct subscriber {
    /** There is something new. @param message  Packed, of the type that the function that
     * subscribes names; valid during the call. */
    void (*news)(void *context, const uint8_t *message, size_t message_size);

    /** Nothing more will come: the subscription is gone.
     * @param error  Why; NULL: because nothing more can happen. */
    void (*ended)(void *context, const struct onsale_error *error);

    /** Bytes of the news that the peer has not taken yet: who falls behind is not given old events
     * any faster. */
    size_t (*unsent)(const void *context);
    void *context;
};

/** @return NULL if there is no memory. */
struct subscriptions *subscriptions_open(struct loop *loop, struct upstream *upstream);

/** Ends all of them with an error, and from then on each new one as soon as it is made. */
void subscriptions_end(struct subscriptions *subscriptions, const struct onsale_error *error);

/** Nobody may be subscribed. NULL is fine. */
void subscriptions_close(struct subscriptions *subscriptions);

/** Follows a queue entry: GetQueueEntryResponse, now and when its status or position changes. Ends
 * after EXPIRED or LEFT.
 * @param token  Of the queue; copied.
 * @param subscriber  Copied, as below.
 * @return NULL if there is no memory. */
struct subscription *subscribe_queue_entry(struct subscriptions *subscriptions,
                                           ProtobufCBinaryData token,
                                           const struct subscriber *subscriber);

/** Follows the seats of a performance: GetSeatMapResponse, since `known_version` and then every
 * change. Ends when the token is found to be no longer ACTIVE. @return As above. */
struct subscription *subscribe_seats(struct subscriptions *subscriptions, ProtobufCBinaryData token,
                                     uint32_t performance_id, uint64_t known_version,
                                     const struct subscriber *subscriber);

/** Follows the events: ListEventsResponse, of those after a number. @return As above. */
struct subscription *subscribe_events(struct subscriptions *subscriptions, uint64_t after,
                                      const struct subscriber *subscriber);

/** Follows no longer. Nothing is told any more. */
void subscription_cancel(struct subscription *subscription);

#endif
