/* The change feed, through the generated client and a real server. */
#include <pthread.h>

#include "tests/e2e/buyer.h"
#include "tests/e2e/wait_until.h"

enum { LONG_POLL_MS = 60 * 1000 };

static Onsale__V1__ListEventsResponse *list(struct shop *shop, uint64_t after, uint32_t max)
{
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    Onsale__V1__ListEventsResponse *response;
    request.after = after;
    request.max = max;
    assert_int_equal(onsale_event_list_events(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    return response;
}

static void free_events(Onsale__V1__ListEventsResponse *response)
{
    onsale__v1__list_events_response__free_unpacked(response, NULL);
}

static void the_events_are_listed_in_pages_without_a_gap(void **state)
{
    enum { USERS = 10, PAGE = 3 };
    struct shop *shop = *state;
    uint64_t after = 0, last;
    for (uint64_t user_id = 1; user_id <= USERS; user_id++)
        assert_int_equal(call_create_user(shop->channel, user_id), ONSALE_OK);
    assert_int_equal(call_last_event(shop->channel, &last), ONSALE_OK);
    assert_true(last >= USERS);
    while (after < last) {
        Onsale__V1__ListEventsResponse *page = list(shop, after, PAGE);
        assert_int_equal(page->n_events, last - after < PAGE ? last - after : PAGE);
        for (size_t i = 0; i < page->n_events; i++)
            assert_int_equal(page->events[i]->event_number, ++after);
        free_events(page);
    }
    Onsale__V1__ListEventsResponse *rest = list(shop, last, PAGE);
    assert_int_equal(rest->n_events, 0);
    free_events(rest);
}

static void a_sale_is_told_step_by_step(void **state)
{
    static const Onsale__V1__EventKind told[] = {
        ONSALE__V1__EVENT_KIND__EVENT_KIND_USER_CREATED,
        ONSALE__V1__EVENT_KIND__EVENT_KIND_BALANCE_CHARGED,
        ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_ENTERED,
        ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_ADMITTED,
        ONSALE__V1__EVENT_KIND__EVENT_KIND_SEATS_HELD,
        ONSALE__V1__EVENT_KIND__EVENT_KIND_RESERVATION_PAID,
        ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_LEFT,
    };
    enum { TOLD = sizeof told / sizeof *told, HELD = 4 };
    struct shop *shop = *state;
    uint64_t before;
    assert_int_equal(call_last_event(shop->channel, &before), ONSALE_OK);
    struct buyer buyer = buyer_make(shop, 1, 2 * PRICE);
    const struct caller_id id = buyer_hold(&buyer, (uint32_t[]){8, 9}, 2);
    buyer_pay(&buyer, &id);

    Onsale__V1__ListEventsResponse *response = list(shop, before, 0);
    assert_int_equal(response->n_events, TOLD);
    for (size_t i = 0; i < TOLD; i++)
        assert_int_equal(response->events[i]->kind, told[i]);
    const Onsale__V1__Event *held = response->events[HELD];
    assert_int_equal(held->amount, 2 * PRICE);
    assert_int_equal(held->n_seat_indexes, 2);
    assert_int_equal(held->seat_indexes[1], 9);
    assert_memory_equal(held->record_id.data, id.bytes, sizeof id.bytes);
    free_events(response);
}

/* A long poll under way on a thread of the library. */
struct watch {
    pthread_mutex_t lock;
    bool is_over;
    uint64_t event_number; /* of the only event; 0: something else came */
};

static void watch_done(void *context, const struct onsale_error *error,
                       const Onsale__V1__ListEventsResponse *response)
{
    struct watch *watch = context;
    pthread_mutex_lock(&watch->lock);
    if (error == NULL && response->n_events == 1)
        watch->event_number = response->events[0]->event_number;
    watch->is_over = true;
    pthread_mutex_unlock(&watch->lock);
}

static bool watch_is_over(void *context)
{
    struct watch *watch = context;
    pthread_mutex_lock(&watch->lock);
    bool is_over = watch->is_over;
    pthread_mutex_unlock(&watch->lock);
    return is_over;
}

static void a_long_poll_is_answered_by_the_next_event(void **state)
{
    struct shop *shop = *state;
    const struct onsale_call_options options = {.timeout_ms = 2 * LONG_POLL_MS};
    struct watch watch = {.lock = PTHREAD_MUTEX_INITIALIZER};
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    uint64_t last;
    assert_int_equal(call_last_event(shop->channel, &last), ONSALE_OK);
    request.after = last;
    request.wait_ms = LONG_POLL_MS;
    onsale_event_list_events_async(shop->channel, &request, &options, watch_done, &watch);
    assert_int_equal(call_create_user(shop->channel, 1), ONSALE_OK);
    assert_true(wait_until(watch_is_over, &watch));
    assert_int_equal(watch.event_number, last + 1);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(the_events_are_listed_in_pages_without_a_gap, argv[1]),
        SHOP_TEST(a_sale_is_told_step_by_step, argv[1]),
        SHOP_TEST(a_long_poll_is_answered_by_the_next_event, argv[1]),
    };
    return cmocka_run_group_tests_name("event flow", tests, NULL, NULL);
}
