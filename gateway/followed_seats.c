/* followed_seats.c -- Seats of performances: one poll each, whose answer all followers get.
 *
 * A follower begins with a call of its own, by its own token, which tells whether it may; from the
 * version that it brings on it is served by the poll. Changes are whole states of blocks, so that
 * one who is told of a block twice is not misled. The poll is made with the token of another
 * follower each time; one that is refused for its token has ended. */
#include <stdlib.h>
#include <string.h>

#include "gateway/following.h"

struct followed_seats {
    struct subscriptions *all;
    struct followed_seats *previous, *next;
    uint32_t performance_id;
    uint64_t version; /* that the poll has brought; 0: none yet */
    struct subscription *subscriptions;
    struct subscription *asking; /* whose token the poll has; NULL: it has left meanwhile */
    struct upstream_call *poll;
    int64_t polled_ms;
};

static void close_seats(struct followed_seats *seats)
{
    if (seats->previous != NULL)
        seats->previous->next = seats->next;
    else
        seats->all->seats = seats->next;
    if (seats->next != NULL) seats->next->previous = seats->previous;
    if (seats->poll != NULL) upstream_cancel(seats->poll);
    free(seats);
}

static void leave(struct subscription *subscription)
{
    struct followed_seats *seats = subscription->seats;
    subscription_unlink(&seats->subscriptions, subscription);
    if (seats->asking == subscription) seats->asking = NULL;
    if (seats->subscriptions == NULL) close_seats(seats);
}

void followed_seats_leave(struct subscription *subscription)
{
    leave(subscription);
}

static void end_one(struct subscription *subscription, const struct onsale_error *error)
{
    struct subscriber subscriber = subscription->subscriber;
    leave(subscription);
    subscription_free(subscription);
    subscriber.ended(subscriber.context, error);
}

/* --- Asking ------------------------------------------------------------------------------------
 */

static struct upstream_call *ask(const struct subscription *subscription, uint64_t known_version,
                                 upstream_done *done, void *context)
{
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    Onsale__V1__GetSeatMapRequest request = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    uint8_t bytes[4 * ONSALE_TOKEN_BYTES];
    options.timeout_ms = POLL_TIMEOUT_MS;
    request.token = (ProtobufCBinaryData){subscription->token_size, (uint8_t *)subscription->token};
    request.performance_id = subscription->seats->performance_id;
    request.known_version = known_version;
    size_t size = onsale__v1__get_seat_map_request__pack(&request, bytes);
    return upstream_call(subscription->all->upstream, NULL, &onsale_catalog_get_seat_map_method,
                         bytes, size, &options, done, context);
}

/* @return The version that an answer tells of. */
static uint64_t version_of(const uint8_t *message, size_t size, bool *ret_has_runs)
{
    Onsale__V1__GetSeatMapResponse *response =
        onsale__v1__get_seat_map_response__unpack(NULL, size, message);
    uint64_t version = response == NULL ? 0 : response->version;
    *ret_has_runs = response != NULL && response->n_runs > 0;
    onsale__v1__get_seat_map_response__free_unpacked(response, NULL);
    return version;
}

static void tell(struct subscription *subscription, const uint8_t *message, size_t size)
{
    subscription->has_first = true;
    subscription->subscriber.news(subscription->subscriber.context, message, size);
}

/* --- A follower's own call ---------------------------------------------------------------------
 */

static void catch_up(struct subscription *subscription);

static void caught_up(void *context, const struct onsale_error *error, const uint8_t *message,
                      size_t size)
{
    struct subscription *subscription = context;
    struct followed_seats *seats = subscription->seats;
    bool has_runs;
    subscription->catch_up = NULL;
    if (error != NULL) {
        if (!poll_may_heal(error)) end_one(subscription, error);
        return; /* else at the next look */
    }
    subscription->known = version_of(message, size, &has_runs);
    if (has_runs || !subscription->has_first) tell(subscription, message, size);
    if (seats->version == 0) seats->version = subscription->known;
    if (subscription->known < seats->version)
        catch_up(subscription);
    else
        subscription->is_current = true;
}

static void catch_up(struct subscription *subscription)
{
    subscription->catch_up = ask(subscription, subscription->known, caught_up, subscription);
}

/* --- The poll for all --------------------------------------------------------------------------
 */

static void tell_all(struct followed_seats *seats, const uint8_t *message, size_t size)
{
    for (struct subscription *each = seats->subscriptions; each != NULL; each = each->next)
        if (each->is_current) {
            each->known = seats->version;
            tell(each, message, size);
        }
}

static void polled(void *context, const struct onsale_error *error, const uint8_t *message,
                   size_t size)
{
    struct followed_seats *seats = context;
    bool has_runs;
    seats->poll = NULL;
    if (error != NULL) {
        if (!poll_may_heal(error) && seats->asking != NULL) end_one(seats->asking, error);
        return;
    }
    uint64_t version = version_of(message, size, &has_runs);
    if (version <= seats->version) return;
    seats->version = version;
    if (has_runs) tell_all(seats, message, size);
}

/* The one who asks goes behind all others, so that each has its turn. */
static struct subscription *next_to_ask(struct followed_seats *seats)
{
    struct subscription *last = NULL, *found = NULL;
    for (struct subscription *each = seats->subscriptions; each != NULL; each = each->next) {
        if (found == NULL && each->is_current) found = each;
        last = each;
    }
    if (found == NULL || found == last) return found;
    subscription_unlink(&seats->subscriptions, found);
    found->previous = last;
    found->next = NULL;
    last->next = found;
    return found;
}

static void look_at(struct followed_seats *seats, int64_t now_ms)
{
    for (struct subscription *each = seats->subscriptions; each != NULL; each = each->next)
        if (!each->is_current && each->catch_up == NULL) catch_up(each);
    if (seats->poll != NULL) return;
    seats->asking = next_to_ask(seats);
    if (seats->asking == NULL) return;
    seats->polled_ms = now_ms;
    seats->poll = ask(seats->asking, seats->version, polled, seats);
}

void followed_seats_look(struct subscriptions *all, int64_t now_ms)
{
    for (struct followed_seats *seats = all->seats; seats != NULL; seats = seats->next)
        if (now_ms - seats->polled_ms >= POLL_MS) look_at(seats, now_ms);
}

/* --- Following ---------------------------------------------------------------------------------
 */

static struct followed_seats *find_or_open(struct subscriptions *all, uint32_t performance_id)
{
    struct followed_seats *seats = all->seats;
    while (seats != NULL && seats->performance_id != performance_id)
        seats = seats->next;
    if (seats != NULL) return seats;
    seats = calloc(1, sizeof *seats);
    if (seats == NULL) return NULL;
    seats->all = all;
    seats->performance_id = performance_id;
    seats->polled_ms = loop_now_ms(all->loop);
    seats->next = all->seats;
    if (all->seats != NULL) all->seats->previous = seats;
    all->seats = seats;
    return seats;
}

struct subscription *subscribe_seats(struct subscriptions *all, ProtobufCBinaryData token,
                                     uint32_t performance_id, uint64_t known_version,
                                     const struct subscriber *subscriber)
{
    struct subscription *subscription = subscription_open(all, subscriber);
    if (subscription == NULL) return NULL;
    subscription->seats = find_or_open(all, performance_id);
    if (subscription->seats == NULL) {
        subscription_free(subscription);
        return NULL;
    }
    subscription->token_size = token.len > ONSALE_TOKEN_BYTES ? 0 : token.len;
    if (subscription->token_size > 0) memcpy(subscription->token, token.data, token.len);
    subscription->known = known_version;
    subscription_link(&subscription->seats->subscriptions, subscription);
    catch_up(subscription);
    return subscription;
}

void followed_seats_end(struct subscriptions *all, const struct onsale_error *error)
{
    while (all->seats != NULL) {
        struct subscription *subscriptions = all->seats->subscriptions;
        close_seats(all->seats);
        subscriptions_end_list(&subscriptions, error);
    }
}
