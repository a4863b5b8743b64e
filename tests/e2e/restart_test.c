/* SIGTERM and a new start: nothing is lost and everything goes on where it was. */
#include "tests/e2e/load.h"
#include "tests/e2e/wait_until.h"

enum { SERVED_BEFORE_STOP = 400 };

/* The threads' last calls were refused or met a closed socket; none was left without an answer that
 * says which. */
static void check_last_answers(const struct load *load)
{
    for (size_t i = 0; i < LOAD_THREADS; i++) {
        const struct load_diary *diary = &load->diaries[i];
        assert_true(diary->count > 0);
        enum onsale_status last = diary->commands[diary->count - 1].status;
        assert_true(last == ONSALE_SHUTTING_DOWN || last == ONSALE_SERVER_UNREACHABLE);
    }
}

static void a_server_told_to_stop_finishes_what_it_accepted_and_refuses_the_rest(void **state)
{
    struct shop *shop = *state;
    struct load *load = load_make(shop);
    load_start(load);
    load_await(load, SERVED_BEFORE_STOP);
    shop_close(shop);
    load_join(load);
    check_last_answers(load);
    shop_open(shop, NULL);
    assert_int_equal(load_silent_charges(load), 0);
    load_verify(load);
    load_free(load);
}

static void a_hold_keeps_its_deadline_and_can_be_paid_after_a_restart(void **state)
{
    struct shop *shop = *state;
    struct buyer buyer = buyer_make(shop, 1, PRICE);
    const struct caller_id id = id_make();
    const uint32_t seat = 0;
    int64_t expires_at_ms, expires_at_ms_now;
    assert_int_equal(
        call_hold(shop->channel, &buyer.token, &id, PERFORMANCE, &seat, 1, &expires_at_ms, NULL),
        ONSALE_OK);
    shop_reopen(shop, NULL);
    assert_int_equal(call_reservation(shop->channel, 1, &id, NULL, &expires_at_ms_now), ONSALE_OK);
    assert_int_equal(expires_at_ms_now, expires_at_ms);
    buyer_pay(&buyer, &id);
}

static void the_queue_keeps_its_order_over_a_restart(void **state)
{
    enum { USERS = 5 };
    struct shop *shop = *state;
    Onsale__V1__QueuePolicy policy = policy_open_doors();
    struct queue_token tokens[USERS];
    struct place place;
    policy.active_max = 1;
    assert_int_equal(call_set_policy(shop->channel, CONCERT, &policy, NULL), ONSALE_OK);
    for (uint64_t i = 0; i < USERS; i++) {
        assert_int_equal(call_create_user(shop->channel, i + 1), ONSALE_OK);
        assert_int_equal(call_enter(shop->channel, i + 1, CONCERT, &tokens[i], NULL), ONSALE_OK);
    }
    shop_reopen(shop, NULL);
    for (uint32_t i = 0; i < USERS; i++) {
        assert_int_equal(call_place(shop->channel, &tokens[i], &place), ONSALE_OK);
        assert_int_equal(place.number, i + 1);
        assert_int_equal(place.position, i);
    }
    assert_int_equal(call_leave(shop->channel, &tokens[0], NULL), ONSALE_OK);
    assert_int_equal(call_place(shop->channel, &tokens[1], &place), ONSALE_OK);
    assert_int_equal(place.status, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE);
}

static void the_events_go_on_without_a_gap_after_a_restart(void **state)
{
    struct shop *shop = *state;
    uint64_t last_before, last_after;
    assert_int_equal(call_last_event(shop->channel, &last_before), ONSALE_OK);
    shop_reopen(shop, NULL);
    assert_int_equal(call_create_user(shop->channel, 1), ONSALE_OK);
    assert_int_equal(call_last_event(shop->channel, &last_after), ONSALE_OK);
    assert_int_equal(last_after, last_before + 1);
}

struct waiting {
    struct buyer *buyer;
    const struct caller_id *id;
};

static bool is_expired(void *context)
{
    struct waiting *waiting = context;
    return buyer_reservation(waiting->buyer, waiting->id) ==
           ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_EXPIRED;
}

static void a_hold_expires_across_a_restart(void **state)
{
    struct shop *shop = *state;
    struct buyer buyer = buyer_make(shop, 1, PRICE);
    Onsale__V1__QueuePolicy policy = policy_open_doors();
    policy.hold_lifetime_ms = 300;
    assert_int_equal(call_set_policy(shop->channel, CONCERT, &policy, NULL), ONSALE_OK);
    const struct caller_id id = buyer_hold(&buyer, (uint32_t[]){0}, 1);
    shop_reopen(shop, NULL);
    struct waiting waiting = {&buyer, &id};
    assert_true(wait_until(is_expired, &waiting));
    struct buyer rival = buyer_make(shop, 2, 0);
    buyer_hold(&rival, (uint32_t[]){0}, 1);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(a_server_told_to_stop_finishes_what_it_accepted_and_refuses_the_rest, argv[1]),
        SHOP_TEST(a_hold_keeps_its_deadline_and_can_be_paid_after_a_restart, argv[1]),
        SHOP_TEST(the_queue_keeps_its_order_over_a_restart, argv[1]),
        SHOP_TEST(the_events_go_on_without_a_gap_after_a_restart, argv[1]),
        SHOP_TEST(a_hold_expires_across_a_restart, argv[1]),
    };
    return cmocka_run_group_tests_name("restart", tests, NULL, NULL);
}
