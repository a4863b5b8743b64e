/* Administration, through the generated client and a real server. */
#include <stdlib.h>
#include <string.h>

#include "tests/e2e/calls.h"
#include "tests/e2e/seat_view.h"
#include "tests/lib/temp_folder.h"

static void a_policy_that_was_set_is_shown(void **state)
{
    struct shop *shop = *state;
    Onsale__V1__QueuePolicy policy = policy_open_doors();
    policy.active_max = 17;
    policy.purchase_limit = 3;
    policy.waiting_rule = ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL;
    assert_int_equal(call_set_policy(shop->channel, CONCERT, &policy, NULL), ONSALE_OK);

    Onsale__V1__GetQueuePolicyRequest request = ONSALE__V1__GET_QUEUE_POLICY_REQUEST__INIT;
    Onsale__V1__GetQueuePolicyResponse *response;
    request.concert_id = CONCERT;
    assert_int_equal(onsale_admin_get_queue_policy(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    assert_int_equal(response->policy->active_max, 17);
    assert_int_equal(response->policy->purchase_limit, 3);
    assert_int_equal(response->policy->waiting_rule, policy.waiting_rule);
    onsale__v1__get_queue_policy_response__free_unpacked(response, NULL);
}

static void a_policy_out_of_range_is_refused_naming_the_field(void **state)
{
    struct shop *shop = *state;
    struct onsale_error error;
    Onsale__V1__QueuePolicy policy = policy_open_doors();
    policy.hold_lifetime_ms = 0;
    assert_int_equal(call_set_policy(shop->channel, CONCERT, &policy, &error),
                     ONSALE_ARGUMENT_INVALID);
    assert_int_equal(error.details_count, 1);
    assert_string_equal(error.details[0].type, "onsale.rpc.v1.BadField");
    Onsale__Rpc__V1__BadField *bad = onsale__rpc__v1__bad_field__unpack(
        NULL, error.details[0].size, error.detail_bytes + error.details[0].offset);
    assert_non_null(bad);
    assert_non_null(strstr(bad->field, "hold_lifetime_ms"));
    onsale__rpc__v1__bad_field__free_unpacked(bad, NULL);
}

static enum onsale_status block(struct shop *shop, uint32_t seat, bool blocked)
{
    return call_block(shop->channel, PERFORMANCE, &seat, 1, blocked);
}

static void a_blocked_seat_is_not_sold_until_it_is_unblocked(void **state)
{
    struct shop *shop = *state;
    const uint32_t seat = 42;
    struct buyer buyer = buyer_make(shop, 1, 0);
    assert_int_equal(block(shop, seat, true), ONSALE_OK);
    assert_int_equal(seat_state_now(&buyer, seat), SEAT_BLOCKED);
    assert_int_equal(buyer_try_hold(&buyer, PERFORMANCE, &seat, 1, NULL), ONSALE_SEAT_TAKEN);
    assert_int_equal(block(shop, seat, false), ONSALE_OK);
    buyer_hold(&buyer, &seat, 1);
    assert_int_equal(block(shop, seat, true), ONSALE_SEAT_TAKEN);
    assert_int_equal(block(shop, HALL_SEATS, true), ONSALE_SEAT_OUT_OF_RANGE);
}

static void the_numbers_tell_what_the_server_holds(void **state)
{
    struct shop *shop = *state;
    Onsale__V1__GetStatsRequest request = ONSALE__V1__GET_STATS_REQUEST__INIT;
    Onsale__V1__GetStatsResponse *response;
    struct buyer buyer = buyer_make(shop, 1, 2 * PRICE);
    buyer_make(shop, 2, 0);
    const struct caller_id id = buyer_hold(&buyer, (uint32_t[]){0, 1}, 2);
    buyer_pay(&buyer, &id);
    assert_int_equal(onsale_admin_get_stats(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    assert_int_equal(response->users, 2);
    assert_int_equal(response->reservations, 1);
    assert_int_equal(response->tickets, 2);
    assert_int_equal(response->n_queues, 2);
    assert_int_equal(response->queues[0]->active, 1);
    assert_int_equal(response->queues[0]->entered, 2);
    assert_true(response->store_used_bytes > 0);
    onsale__v1__get_stats_response__free_unpacked(response, NULL);
}

static enum onsale_status back_up(struct shop *shop, char *path)
{
    Onsale__V1__BackUpRequest request = ONSALE__V1__BACK_UP_REQUEST__INIT;
    Onsale__V1__BackUpResponse *response;
    request.path = path;
    enum onsale_status status =
        onsale_admin_back_up(shop->channel, &request, NULL, &response, NULL);
    if (status == ONSALE_OK) onsale__v1__back_up_response__free_unpacked(response, NULL);
    return status;
}

/* A second shop that serves what was backed up. */
static void open_copy(struct shop *copy, const char *program, const char *path)
{
    server_process_init(&copy->server, program);
    copy->channel = shop_channel(copy, (struct onsale_channel_options){0});
    server_process_run(&copy->server,
                       (const char *[]){"--data", path, "--listen", copy->server.url, NULL});
    shop_await(copy);
}

static void close_copy(struct shop *copy)
{
    shop_check(copy);
    shop_close(copy);
    onsale_channel_close(copy->channel);
    server_process_deinit(&copy->server);
}

static void a_server_on_a_backup_goes_on_from_where_it_was_made(void **state)
{
    struct shop *shop = *state;
    struct shop copy;
    uint64_t last, last_of_copy;
    struct buyer buyer = buyer_make(shop, 1, PRICE);
    const struct caller_id id = buyer_hold(&buyer, (uint32_t[]){0}, 1);
    assert_int_equal(call_last_event(shop->channel, &last), ONSALE_OK);
    char *path = temp_folder_join(shop->server.folder, "copy");
    assert_int_equal(back_up(shop, path), ONSALE_OK);
    assert_int_equal(back_up(shop, path), ONSALE_ARGUMENT_INVALID);
    buyer_pay(&buyer, &id);

    open_copy(&copy, shop->server.program, path);
    assert_int_equal(call_last_event(copy.channel, &last_of_copy), ONSALE_OK);
    assert_int_equal(last_of_copy, last);
    struct buyer same_buyer = buyer;
    same_buyer.shop = &copy;
    assert_int_equal(buyer_balance(&same_buyer), PRICE);
    assert_int_equal(buyer_pay(&same_buyer, &id), 1);
    close_copy(&copy);
    free(path);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(a_policy_that_was_set_is_shown, argv[1]),
        SHOP_TEST(a_policy_out_of_range_is_refused_naming_the_field, argv[1]),
        SHOP_TEST(a_blocked_seat_is_not_sold_until_it_is_unblocked, argv[1]),
        SHOP_TEST(the_numbers_tell_what_the_server_holds, argv[1]),
        SHOP_TEST(a_server_on_a_backup_goes_on_from_where_it_was_made, argv[1]),
    };
    return cmocka_run_group_tests_name("admin flow", tests, NULL, NULL);
}
