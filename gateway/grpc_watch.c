/* grpc_watch.c -- WatchService: streams of gRPC over what is subscribed to. The messages are those
 * of the polls, handed on as the server has packed them. */
#include "gateway/grpc_watch.h"
#include "gateway/gate.h"
#include "gateway/grpc.h"
#include "gateway/grpc_reply.h"
#include "gateway/passed_on.h"

/* A stream that is open; in the arena of its exchange. */
struct grpc_watch {
    struct subscription subscription; /* the first member */
    struct grpc_watches *all;
    struct exchange *exchange;
    struct grpc_watch *previous, *next;
};

/* --- Life --------------------------------------------------------------------------------------
 */

static void forget(struct grpc_watch *watch)
{
    if (watch->previous != NULL)
        watch->previous->next = watch->next;
    else
        watch->all->first = watch->next;
    if (watch->next != NULL) watch->next->previous = watch->previous;
    unsubscribe(&watch->subscription);
}

static void end_watch(struct grpc_watch *watch, const struct onsale_error *error)
{
    forget(watch);
    grpc_end(watch->exchange, error); /* the watch is gone with its exchange */
}

static void told(struct subscription *subscription, struct news *news)
{
    struct grpc_watch *watch = (struct grpc_watch *)subscription;
    grpc_send(watch->exchange, news->message, news->message_size);
    if (news->is_last) end_watch(watch, NULL);
}

static void ended(struct subscription *subscription, const struct onsale_error *error)
{
    end_watch((struct grpc_watch *)subscription, error);
}

static size_t unsent(const struct subscription *subscription)
{
    return exchange_unsent(((const struct grpc_watch *)subscription)->exchange);
}

static void caller_gone(struct exchange *exchange)
{
    forget(exchange->context);
}

void grpc_watches_drain(struct grpc_watches *watches)
{
    struct onsale_error error;
    upstream_error(&error, STATUS_SHUTTING_DOWN, false);
    watches->are_draining = true;
    while (watches->first != NULL)
        end_watch(watches->first, &error);
}

/* @param err  What is wrong with the request; STATUS_OK if nothing is.
 * @return NULL: it was refused. */
static struct grpc_watch *open_watch(const struct grpc_door *door, struct exchange *exchange,
                                     enum status err)
{
    struct grpc_watches *all = door->watches;
    struct grpc_watch *watch = arena_calloc(exchange->arena, 1, sizeof *watch);
    if (err == STATUS_OK && watch == NULL) err = STATUS_OUT_OF_MEMORY;
    if (err == STATUS_OK && all->are_draining) err = STATUS_SHUTTING_DOWN;
    if (err != STATUS_OK) {
        grpc_refuse(exchange, err);
        return NULL;
    }
    watch->subscription.told = told;
    watch->subscription.ended = ended;
    watch->subscription.unsent = unsent;
    watch->subscription.origin = passed_on_origin(exchange);
    watch->all = all;
    watch->exchange = exchange;
    watch->next = all->first;
    if (watch->next != NULL) watch->next->previous = watch;
    all->first = watch;
    exchange->context = watch;
    exchange->gone = caller_gone;
    return watch;
}

static void refuse_if_not(bool is_subscribed, struct grpc_watch *watch)
{
    struct exchange *exchange = watch->exchange;
    if (is_subscribed) return;
    forget(watch);
    grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
}

/* --- Methods -----------------------------------------------------------------------------------
 */

static void watch_queue_entry(const struct grpc_door *door, struct exchange *exchange,
                              const uint8_t *message, size_t message_size)
{
    Onsale__V1__GetQueueEntryRequest *request =
        onsale__v1__get_queue_entry_request__unpack(NULL, message_size, message);
    enum status err = request == NULL ? STATUS_PAYLOAD_MALFORMED : STATUS_OK;
    struct grpc_watch *watch = open_watch(door, exchange, err);
    if (watch != NULL)
        refuse_if_not(subscribe_queue_entry(door->subscriptions, &watch->subscription,
                                            request->token.data, request->token.len),
                      watch);
    onsale__v1__get_queue_entry_request__free_unpacked(request, NULL);
}

static void watch_seats(const struct grpc_door *door, struct exchange *exchange,
                        const uint8_t *message, size_t message_size)
{
    Onsale__V1__GetSeatMapRequest *request =
        onsale__v1__get_seat_map_request__unpack(NULL, message_size, message);
    enum status err = request == NULL ? STATUS_PAYLOAD_MALFORMED : STATUS_OK;
    if (err == STATUS_OK && request->token.len == 0 && exchange->peer->role < ROLE_SERVICE)
        err = STATUS_TOKEN_MISSING;
    struct grpc_watch *watch = open_watch(door, exchange, err);
    if (watch != NULL)
        refuse_if_not(subscribe_seats(door->subscriptions, &watch->subscription,
                                      request->performance_id, request->known_version,
                                      request->token.data, request->token.len),
                      watch);
    onsale__v1__get_seat_map_request__free_unpacked(request, NULL);
}

static void watch_events(const struct grpc_door *door, struct exchange *exchange,
                         const uint8_t *message, size_t message_size)
{
    Onsale__V1__ListEventsRequest *request =
        onsale__v1__list_events_request__unpack(NULL, message_size, message);
    enum status err = request == NULL ? STATUS_PAYLOAD_MALFORMED : STATUS_OK;
    if (err == STATUS_OK && !gate_permits(exchange->peer, &onsale_event_list_events_method))
        err = STATUS_ROLE_NEEDED;
    struct grpc_watch *watch = open_watch(door, exchange, err);
    if (watch != NULL)
        refuse_if_not(subscribe_events(door->subscriptions, &watch->subscription, request->after),
                      watch);
    onsale__v1__list_events_request__free_unpacked(request, NULL);
}

const struct grpc_own_method grpc_watch_methods[] = {
    {"/onsale.v1.WatchService/WatchQueueEntry", watch_queue_entry},
    {"/onsale.v1.WatchService/WatchSeats", watch_seats},
    {"/onsale.v1.WatchService/WatchEvents", watch_events},
    {NULL, NULL},
};
