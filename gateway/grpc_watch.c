/* grpc_watch.c -- WatchService: streams of gRPC over what is subscribed to. The messages are those
 * of the polls, handed on as the server has packed them. */
#include "gateway/grpc.h"
#include "gateway/grpc_reply.h"
#include "gateway/subscriptions.h"

/* A stream that is open; in the arena of its exchange. */
struct watch {
    struct exchange *exchange;
    struct subscription *subscription;
};

static void send_news(void *context, const uint8_t *message, size_t message_size)
{
    struct watch *watch = context;
    grpc_send(watch->exchange, message, message_size);
}

static void end_watch(void *context, const struct onsale_error *error)
{
    struct watch *watch = context;
    grpc_end(watch->exchange, error);
}

static size_t unsent(const void *context)
{
    const struct watch *watch = context;
    return exchange_unsent(watch->exchange);
}

static void cancel(struct exchange *exchange)
{
    struct watch *watch = exchange->context;
    subscription_cancel(watch->subscription);
}

/* @return The subscriber that is to be, or NULL if there is no memory: then it was refused. */
static struct watch *open_watch(struct exchange *exchange, struct subscriber *ret_subscriber)
{
    struct watch *watch = arena_alloc(exchange->arena, sizeof *watch);
    if (watch == NULL) {
        grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
        return NULL;
    }
    watch->exchange = exchange;
    *ret_subscriber = (struct subscriber){send_news, end_watch, unsent, watch};
    return watch;
}

static void keep(struct watch *watch, struct subscription *subscription)
{
    if (subscription == NULL) {
        grpc_refuse(watch->exchange, STATUS_OUT_OF_MEMORY);
        return;
    }
    watch->subscription = subscription;
    watch->exchange->context = watch;
    watch->exchange->gone = cancel;
}

static void watch_queue_entry(const struct grpc_door *door, struct exchange *exchange,
                              const uint8_t *message, size_t message_size)
{
    struct subscriber subscriber;
    Onsale__V1__GetQueueEntryRequest *request =
        onsale__v1__get_queue_entry_request__unpack(NULL, message_size, message);
    struct watch *watch = NULL;
    if (request == NULL)
        grpc_refuse(exchange, STATUS_PAYLOAD_MALFORMED);
    else
        watch = open_watch(exchange, &subscriber);
    if (watch != NULL)
        keep(watch, subscribe_queue_entry(door->subscriptions, request->token, &subscriber));
    onsale__v1__get_queue_entry_request__free_unpacked(request, NULL);
}

static void watch_seats(const struct grpc_door *door, struct exchange *exchange,
                        const uint8_t *message, size_t message_size)
{
    struct subscriber subscriber;
    Onsale__V1__GetSeatMapRequest *request =
        onsale__v1__get_seat_map_request__unpack(NULL, message_size, message);
    struct watch *watch = NULL;
    if (request == NULL)
        grpc_refuse(exchange, STATUS_PAYLOAD_MALFORMED);
    else
        watch = open_watch(exchange, &subscriber);
    if (watch != NULL)
        keep(watch, subscribe_seats(door->subscriptions, request->token, request->performance_id,
                                    request->known_version, &subscriber));
    onsale__v1__get_seat_map_request__free_unpacked(request, NULL);
}

static void watch_events(const struct grpc_door *door, struct exchange *exchange,
                         const uint8_t *message, size_t message_size)
{
    struct subscriber subscriber;
    Onsale__V1__ListEventsRequest *request =
        onsale__v1__list_events_request__unpack(NULL, message_size, message);
    struct watch *watch = NULL;
    if (request == NULL)
        grpc_refuse(exchange, STATUS_PAYLOAD_MALFORMED);
    else
        watch = open_watch(exchange, &subscriber);
    if (watch != NULL)
        keep(watch, subscribe_events(door->subscriptions, request->after, &subscriber));
    onsale__v1__list_events_request__free_unpacked(request, NULL);
}

const struct grpc_own_method grpc_watch_methods[] = {
    {"/onsale.v1.WatchService/WatchQueueEntry", watch_queue_entry},
    {"/onsale.v1.WatchService/WatchSeats", watch_seats},
    {"/onsale.v1.WatchService/WatchEvents", watch_events},
    {NULL, NULL},
};
