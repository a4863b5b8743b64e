/* The waiting room, through the generated client and a real server. */
#include <pthread.h>

#include "tests/e2e/calls.h"
#include "tests/e2e/shop.h"
#include "tests/e2e/wait_until.h"

enum { WAITING = ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING };
enum { ACTIVE = ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE };
enum { LEFT = ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_LEFT };

enum { LONG_POLL_MS = 60 * 1000 };

static struct queue_token enter(struct shop *shop, uint64_t user_id, struct place *ret_place)
{
    struct queue_token token;
    assert_int_equal(call_create_user(shop->channel, user_id), ONSALE_OK);
    assert_int_equal(call_enter(shop->channel, user_id, CONCERT, &token, ret_place), ONSALE_OK);
    return token;
}

static struct place place_of(struct shop *shop, const struct queue_token *token)
{
    struct place place;
    assert_int_equal(call_place(shop->channel, token, &place), ONSALE_OK);
    return place;
}

static void leave(struct shop *shop, const struct queue_token *token)
{
    struct place place;
    assert_int_equal(call_leave(shop->channel, token, &place), ONSALE_OK);
    assert_int_equal(place.status, LEFT);
}

static void let_in_at_once(struct shop *shop, uint32_t active_max)
{
    Onsale__V1__QueuePolicy policy = policy_open_doors();
    policy.active_max = active_max;
    assert_int_equal(call_set_policy(shop->channel, CONCERT, &policy, NULL), ONSALE_OK);
}

/* A long poll under way on a thread of the library. */
struct watch {
    pthread_mutex_t lock;
    bool is_over;
    enum onsale_status status;
    struct place place;
};

static void watch_done(void *context, const struct onsale_error *error,
                       const Onsale__V1__WaitQueueEntryResponse *response)
{
    struct watch *watch = context;
    pthread_mutex_lock(&watch->lock);
    watch->status = error == NULL ? ONSALE_OK : error->status;
    if (error == NULL) {
        watch->place.status = response->entry->status;
        watch->place.position = response->entry->position;
    }
    watch->is_over = true;
    pthread_mutex_unlock(&watch->lock);
}

static void watch_begin(struct shop *shop, const struct queue_token *token, struct place known,
                        struct watch *watch)
{
    const struct onsale_call_options options = {.timeout_ms = 2 * LONG_POLL_MS};
    Onsale__V1__WaitQueueEntryRequest request = ONSALE__V1__WAIT_QUEUE_ENTRY_REQUEST__INIT;
    request.token = token_bytes(token);
    request.known_status = known.status;
    request.known_position = known.position;
    request.wait_ms = LONG_POLL_MS;
    onsale_queue_wait_queue_entry_async(shop->channel, &request, &options, watch_done, watch);
}

static bool watch_is_over(void *context)
{
    struct watch *watch = context;
    pthread_mutex_lock(&watch->lock);
    bool is_over = watch->is_over;
    pthread_mutex_unlock(&watch->lock);
    return is_over;
}

static void a_user_who_finds_a_place_free_is_active_at_once(void **state)
{
    struct place place;
    struct queue_token token = enter(*state, 1, &place);
    assert_int_equal(place.status, ACTIVE);
    assert_int_equal(place.position, 0);
    assert_int_equal(place_of(*state, &token).status, ACTIVE);
}

static void entering_twice_gives_one_place(void **state)
{
    struct place first, second;
    struct queue_token first_token = enter(*state, 1, &first);
    struct queue_token second_token = enter(*state, 1, &second);
    assert_int_equal(first.number, second.number);
    assert_memory_equal(&first_token, &second_token, sizeof first_token);
}

static void the_position_falls_as_those_ahead_leave(void **state)
{
    struct place place;
    let_in_at_once(*state, 1);
    struct queue_token active = enter(*state, 1, NULL);
    struct queue_token second = enter(*state, 2, &place);
    assert_int_equal(place.status, WAITING);
    assert_int_equal(place.position, 1);
    struct queue_token third = enter(*state, 3, &place);
    assert_int_equal(place.position, 2);
    struct queue_token fourth = enter(*state, 4, &place);
    assert_int_equal(place.position, 3);

    leave(*state, &second);
    assert_int_equal(place_of(*state, &third).position, 1);
    assert_int_equal(place_of(*state, &fourth).position, 2);
    leave(*state, &active);
    assert_int_equal(place_of(*state, &third).status, ACTIVE);
    assert_int_equal(place_of(*state, &fourth).position, 1);
}

static void a_long_poll_is_answered_when_the_user_is_admitted(void **state)
{
    struct watch watch = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct place place;
    let_in_at_once(*state, 1);
    struct queue_token active = enter(*state, 1, NULL);
    struct queue_token waiting = enter(*state, 2, &place);
    watch_begin(*state, &waiting, place, &watch);
    leave(*state, &active);

    assert_true(wait_until(watch_is_over, &watch));
    assert_int_equal(watch.status, ONSALE_OK);
    assert_int_equal(watch.place.status, ACTIVE);
}

static void a_long_poll_is_answered_when_the_position_changes(void **state)
{
    struct watch watch = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct place place;
    let_in_at_once(*state, 1);
    enter(*state, 1, NULL);
    struct queue_token ahead = enter(*state, 2, NULL);
    struct queue_token waiting = enter(*state, 3, &place);
    watch_begin(*state, &waiting, place, &watch);
    leave(*state, &ahead);

    assert_true(wait_until(watch_is_over, &watch));
    assert_int_equal(watch.place.status, WAITING);
    assert_int_equal(watch.place.position, 1);
}

static void a_paused_queue_admits_nobody_until_it_goes_on(void **state)
{
    struct shop *shop = *state;
    struct place place;
    Onsale__V1__QueuePolicy policy = policy_open_doors();
    policy.admission_paused = true;
    assert_int_equal(call_set_policy(shop->channel, CONCERT, &policy, NULL), ONSALE_OK);
    struct queue_token token = enter(shop, 1, &place);
    assert_int_equal(place.status, WAITING);
    let_in_at_once(shop, 1);
    assert_int_equal(place_of(shop, &token).status, ACTIVE);
}

struct expiring {
    struct shop *shop;
    struct queue_token token;
};

static bool has_expired(void *context)
{
    struct expiring *expiring = context;
    return place_of(expiring->shop, &expiring->token).status ==
           ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED;
}

static void an_entry_that_waited_too_long_is_told_so_and_those_behind_move_up(void **state)
{
    struct shop *shop = *state;
    struct place place;
    let_in_at_once(shop, 1);
    enter(shop, 1, NULL);
    Onsale__V1__QueuePolicy policy = policy_open_doors();
    policy.active_max = 1;
    policy.waiting_lifetime_ms = 200;
    assert_int_equal(call_set_policy(shop->channel, CONCERT, &policy, NULL), ONSALE_OK);
    struct expiring expiring = {.shop = shop, .token = enter(shop, 2, NULL)};
    let_in_at_once(shop, 1);
    struct queue_token behind = enter(shop, 3, &place);

    assert_true(wait_until(has_expired, &expiring));
    assert_int_equal(place_of(shop, &behind).position, 1);
    enter(shop, 2, &place);
    assert_int_equal(place.position, 2);
}

static void a_token_nobody_was_given_is_unknown(void **state)
{
    struct shop *shop = *state;
    struct queue_token token = enter(shop, 1, NULL);
    token.bytes[ONSALE_TOKEN_BYTES - 1] ^= 1;
    assert_int_equal(call_place(shop->channel, &token, NULL), ONSALE_TOKEN_UNKNOWN);
    assert_int_equal(call_enter(shop->channel, 2, CONCERT, NULL, NULL), ONSALE_USER_NOT_FOUND);
    assert_int_equal(call_enter(shop->channel, 1, 99, NULL, NULL), ONSALE_CONCERT_NOT_FOUND);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(a_user_who_finds_a_place_free_is_active_at_once, argv[1]),
        SHOP_TEST(entering_twice_gives_one_place, argv[1]),
        SHOP_TEST(the_position_falls_as_those_ahead_leave, argv[1]),
        SHOP_TEST(a_long_poll_is_answered_when_the_user_is_admitted, argv[1]),
        SHOP_TEST(a_long_poll_is_answered_when_the_position_changes, argv[1]),
        SHOP_TEST(a_paused_queue_admits_nobody_until_it_goes_on, argv[1]),
        SHOP_TEST(an_entry_that_waited_too_long_is_told_so_and_those_behind_move_up, argv[1]),
        SHOP_TEST(a_token_nobody_was_given_is_unknown, argv[1]),
    };
    return cmocka_run_group_tests_name("queue flow", tests, NULL, NULL);
}
