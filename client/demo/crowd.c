#include "client/demo/crowd.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/require.h"

enum { THREADS = 8, ONE_IN_SO_MANY_LEAVES = 7, WANTED_SEATS = 700, SEAT_TRIES_MAX = 200 };

static enum onsale_status create_user(struct shop *shop, uint64_t user_id,
                                      struct onsale_error *ret_error)
{
    Onsale__V1__CreateUserRequest request = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    Onsale__V1__CreateUserResponse *response;
    request.user_id = user_id;
    int64_t began_us = tally_clock_us();
    enum onsale_status status =
        onsale_admin_create_user(shop->channel, &request, NULL, &response, ret_error);
    tally_add(&shop->tally, began_us, status);
    if (status == ONSALE_OK) protobuf_c_message_free_unpacked(&response->base, NULL);
    return status;
}

enum onsale_status crowd_enter(struct crowd *crowd, struct shop *shop,
                               struct onsale_error *ret_error)
{
    for (size_t i = 0; i < CROWD_BUYERS; i++) {
        struct buyer *buyer = &crowd->buyers[i];
        *buyer = (struct buyer){.shop = shop, .user_id = i + 1};
        enum onsale_status status = create_user(shop, buyer->user_id, ret_error);
        if (status != ONSALE_OK) return status;
        status = buyer_enter(buyer);
        if (status != ONSALE_OK) {
            *ret_error = buyer->error;
            return status;
        }
    }
    return ONSALE_OK;
}

/* Tries seats until some are free, as people do who don't look at the map again. */
static enum onsale_status hold_some(struct buyer *buyer, unsigned *seed)
{
    enum onsale_status status = ONSALE_SEAT_TAKEN;
    for (int i = 0; i < SEAT_TRIES_MAX && status == ONSALE_SEAT_TAKEN; i++) {
        size_t count = 1 + (size_t)rand_r(seed) % 3;
        status = buyer_hold(buyer, (uint32_t)rand_r(seed) % WANTED_SEATS, count);
    }
    return status;
}

static enum onsale_status serve(struct buyer *buyer)
{
    unsigned seed = (unsigned)buyer->user_id * 2654435761u;
    enum onsale_status status = buyer_wait_for_turn(buyer);
    if (status != ONSALE_OK) return status;
    if (buyer->user_id % ONE_IN_SO_MANY_LEAVES == 0) return buyer_leave(buyer);
    status = hold_some(buyer, &seed);
    return status == ONSALE_OK ? buyer_charge_and_pay(buyer) : status;
}

/* Buyers that wait to be served, and the threads that serve them. */
struct counter {
    struct crowd *crowd;
    atomic_size_t next;
    size_t end;
};

static void *serve_next(void *context)
{
    struct counter *counter = context;
    size_t place;
    while ((place = atomic_fetch_add(&counter->next, 1)) < counter->end) {
        struct buyer *buyer = &counter->crowd->buyers[place];
        if (serve(buyer) != ONSALE_OK) return &buyer->error;
    }
    return NULL;
}

enum onsale_status crowd_serve(struct crowd *crowd, size_t first, size_t end,
                               struct onsale_error *ret_error)
{
    struct counter counter = {.crowd = crowd, .next = first, .end = end};
    pthread_t threads[THREADS];
    enum onsale_status status = ONSALE_OK;
    for (int i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, serve_next, &counter) == 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        if (failed == NULL || status != ONSALE_OK) continue;
        *ret_error = *(const struct onsale_error *)failed;
        status = ret_error->status;
    }
    return status;
}
