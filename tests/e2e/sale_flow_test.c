/* From free seats to tickets, through the generated client and a real server. */
#include "tests/e2e/seat_view.h"
#include "tests/e2e/wait_until.h"

enum { HELD = ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD };
enum { PAID = ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_PAID };
enum { EXPIRED = ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_EXPIRED };
enum { CANCELLED = ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_CANCELLED };

static void a_refusal_names_the_seats_that_are_taken(void **state)
{
    struct onsale_error error;
    struct buyer buyer = buyer_make(*state, 1, 0);
    struct buyer rival = buyer_make(*state, 2, 0);
    buyer_hold(&buyer, (uint32_t[]){10, 160}, 2);
    assert_int_equal(buyer_try_hold(&rival, PERFORMANCE, (uint32_t[]){9, 10, 160}, 3, &error),
                     ONSALE_SEAT_TAKEN);

    assert_int_equal(error.details_count, 1);
    assert_string_equal(error.details[0].type, "onsale.v1.SeatsTaken");
    Onsale__V1__SeatsTaken *taken = onsale_error_seats_taken(&error);
    assert_non_null(taken);
    assert_null(onsale_error_bad_field(&error));
    assert_int_equal(taken->n_seats, 2);
    assert_int_equal(taken->seats[0]->seat_index, 10);
    assert_string_equal(taken->seats[1]->section, "102");
    assert_string_equal(taken->seats[1]->row, "B");
    assert_int_equal(taken->seats[1]->number, 11);
    onsale__v1__seats_taken__free_unpacked(taken, NULL);
    assert_int_equal(seat_state_now(&rival, 9), SEAT_AVAILABLE);
}

static void a_hold_that_makes_no_sense_is_refused(void **state)
{
    struct buyer buyer = buyer_make(*state, 1, 0);
    const uint32_t seats[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    assert_int_equal(buyer_try_hold(&buyer, PERFORMANCE, seats, 0, NULL), ONSALE_ARGUMENT_INVALID);
    assert_int_equal(buyer_try_hold(&buyer, PERFORMANCE, seats, 9, NULL), ONSALE_ARGUMENT_INVALID);
    assert_int_equal(buyer_try_hold(&buyer, PERFORMANCE, seats, 5, NULL), ONSALE_PURCHASE_LIMIT);
    assert_int_equal(buyer_try_hold(&buyer, PERFORMANCE, (uint32_t[]){7, 7}, 2, NULL),
                     ONSALE_SEAT_REPEATED);
    assert_int_equal(buyer_try_hold(&buyer, PERFORMANCE, (uint32_t[]){HALL_SEATS}, 1, NULL),
                     ONSALE_SEAT_OUT_OF_RANGE);
    assert_int_equal(buyer_try_hold(&buyer, CLOSED_PERFORMANCE, seats, 1, NULL),
                     ONSALE_SALE_NOT_OPEN);
    assert_int_equal(buyer_try_hold(&buyer, OTHER_PERFORMANCE, seats, 1, NULL),
                     ONSALE_TOKEN_OTHER_CONCERT);
}

static void a_cancelled_hold_frees_its_seats_at_once(void **state)
{
    struct buyer buyer = buyer_make(*state, 1, 0);
    struct buyer rival = buyer_make(*state, 2, 0);
    const struct caller_id id = buyer_hold(&buyer, (uint32_t[]){10, 11}, 2);
    assert_int_equal(call_cancel(buyer.shop->channel, 2, &id), ONSALE_RESERVATION_NOT_FOUND);
    assert_int_equal(call_cancel(buyer.shop->channel, 1, &id), ONSALE_OK);
    assert_int_equal(call_cancel(buyer.shop->channel, 1, &id), ONSALE_OK);
    assert_int_equal(buyer_reservation(&buyer, &id), CANCELLED);
    buyer_hold(&rival, (uint32_t[]){11, 10}, 2);
}

static void a_paid_hold_becomes_tickets(void **state)
{
    struct buyer buyer = buyer_make(*state, 1, 2 * PRICE);
    const struct caller_id id = buyer_hold(&buyer, (uint32_t[]){0, FIRST_CHEAP_SEAT}, 2);
    assert_int_equal(buyer_pay(&buyer, &id), 1);
    assert_int_equal(buyer_reservation(&buyer, &id), PAID);
    assert_int_equal(buyer_balance(&buyer), PRICE - CHEAP_PRICE);

    Onsale__V1__ListTicketsRequest request = ONSALE__V1__LIST_TICKETS_REQUEST__INIT;
    Onsale__V1__ListTicketsResponse *response;
    request.user_id = 1;
    assert_int_equal(
        onsale_payment_list_tickets(buyer.shop->channel, &request, NULL, &response, NULL),
        ONSALE_OK);
    assert_int_equal(response->n_tickets, 2);
    assert_int_equal(response->tickets[0]->ticket_id, 1);
    assert_int_equal(response->tickets[0]->price, PRICE);
    assert_int_equal(response->tickets[1]->seat->seat_index, FIRST_CHEAP_SEAT);
    onsale__v1__list_tickets_response__free_unpacked(response, NULL);
}

static void a_payment_ends_the_queue_entry_and_its_seats_stay_sold(void **state)
{
    struct buyer buyer = buyer_make(*state, 1, PRICE);
    struct buyer rival = buyer_make(*state, 2, 0);
    struct place place;
    const struct caller_id id = buyer_hold(&buyer, (uint32_t[]){0}, 1);
    buyer_pay(&buyer, &id);
    assert_int_equal(call_place(buyer.shop->channel, &buyer.token, &place), ONSALE_OK);
    assert_int_equal(place.status, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_LEFT);
    assert_int_equal(buyer_try_hold(&buyer, PERFORMANCE, (uint32_t[]){1}, 1, NULL),
                     ONSALE_TOKEN_EXPIRED);
    assert_int_equal(seat_state_now(&rival, 0), SEAT_SOLD);
    assert_int_equal(buyer_try_hold(&rival, PERFORMANCE, (uint32_t[]){0}, 1, NULL),
                     ONSALE_SEAT_TAKEN);
    assert_int_equal(call_cancel(buyer.shop->channel, 1, &id), ONSALE_RESERVATION_PAID);
}

static void a_payment_repeated_with_the_same_id_is_answered_the_same(void **state)
{
    struct buyer buyer = buyer_make(*state, 1, 2 * PRICE);
    struct onsale_channel *channel = buyer.shop->channel;
    const struct caller_id id = buyer_hold(&buyer, (uint32_t[]){0}, 1);
    const struct caller_id payment = id_make(), other = id_make();
    uint64_t ticket, same_ticket;
    assert_int_equal(call_pay(channel, 1, &id, &payment, &ticket, NULL), ONSALE_OK);
    assert_int_equal(call_pay(channel, 1, &id, &payment, &same_ticket, NULL), ONSALE_OK);
    assert_int_equal(ticket, same_ticket);
    assert_int_equal(call_pay(channel, 1, &id, &other, NULL, NULL), ONSALE_RESERVATION_PAID);
    assert_int_equal(buyer_balance(&buyer), PRICE);
}

static void a_balance_too_small_keeps_the_hold(void **state)
{
    struct buyer buyer = buyer_make(*state, 1, PRICE - 1);
    struct onsale_channel *channel = buyer.shop->channel;
    const struct caller_id id = buyer_hold(&buyer, (uint32_t[]){0}, 1);
    const struct caller_id payment = id_make(), charge = id_make();
    assert_int_equal(call_pay(channel, 1, &id, &payment, NULL, NULL), ONSALE_INSUFFICIENT_BALANCE);
    assert_int_equal(buyer_reservation(&buyer, &id), HELD);
    assert_int_equal(buyer_balance(&buyer), PRICE - 1);
    assert_int_equal(call_charge(channel, 1, &charge, 1, NULL, NULL), ONSALE_OK);
    assert_int_equal(call_pay(channel, 1, &id, &payment, NULL, NULL), ONSALE_OK);
}

static struct caller_id hold_shortly(struct buyer *buyer, uint32_t seat)
{
    Onsale__V1__QueuePolicy policy = policy_open_doors();
    policy.hold_lifetime_ms = 100;
    assert_int_equal(call_set_policy(buyer->shop->channel, CONCERT, &policy, NULL), ONSALE_OK);
    return buyer_hold(buyer, &seat, 1);
}

struct short_hold {
    struct buyer *buyer;
    struct caller_id id;
};

static bool hold_is_over(void *context)
{
    struct short_hold *hold = context;
    return buyer_reservation(hold->buyer, &hold->id) !=
           ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD;
}

static void a_hold_that_is_not_paid_in_time_returns_to_sale(void **state)
{
    struct buyer buyer = buyer_make(*state, 1, PRICE);
    struct buyer rival = buyer_make(*state, 2, 0);
    struct short_hold hold = {.buyer = &buyer, .id = hold_shortly(&buyer, 5)};
    const struct caller_id payment = id_make();
    assert_true(wait_until(hold_is_over, &hold));
    assert_int_equal(buyer_reservation(&buyer, &hold.id), EXPIRED);
    assert_int_equal(call_pay(buyer.shop->channel, 1, &hold.id, &payment, NULL, NULL),
                     ONSALE_HOLD_EXPIRED);
    assert_int_equal(buyer_balance(&buyer), PRICE);
    buyer_hold(&rival, (uint32_t[]){5}, 1);
}

static void a_late_payment_is_refused_in_korean(void **state)
{
    struct shop *shop = *state;
    struct onsale_error error;
    struct buyer buyer = buyer_make(shop, 1, PRICE);
    struct onsale_channel *korean =
        shop_channel(shop, (struct onsale_channel_options){.korean = true});
    struct short_hold hold = {.buyer = &buyer, .id = hold_shortly(&buyer, 5)};
    const struct caller_id payment = id_make();
    assert_true(wait_until(hold_is_over, &hold));
    call_pay(korean, 1, &hold.id, &payment, NULL, &error);
    assert_string_equal(error.reason, "HOLD_EXPIRED");
    assert_string_equal(error.message, "결제 시간을 초과했습니다.");
    onsale_channel_close(korean);
}

static void a_taken_seat_is_refused_in_korean(void **state)
{
    struct shop *shop = *state;
    struct onsale_error error;
    struct buyer buyer = buyer_make(shop, 1, 0);
    struct onsale_channel *korean =
        shop_channel(shop, (struct onsale_channel_options){.korean = true});
    struct buyer rival = buyer_make(shop, 2, 0);
    const struct caller_id id = id_make();
    buyer_hold(&buyer, (uint32_t[]){5}, 1);
    call_hold(korean, &rival.token, &id, PERFORMANCE, (uint32_t[]){5}, 1, NULL, &error);
    assert_string_equal(error.reason, "SEAT_TAKEN");
    assert_string_equal(error.message, "이미 선택된 좌석입니다");
    onsale_channel_close(korean);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(a_refusal_names_the_seats_that_are_taken, argv[1]),
        SHOP_TEST(a_hold_that_makes_no_sense_is_refused, argv[1]),
        SHOP_TEST(a_cancelled_hold_frees_its_seats_at_once, argv[1]),
        SHOP_TEST(a_paid_hold_becomes_tickets, argv[1]),
        SHOP_TEST(a_payment_ends_the_queue_entry_and_its_seats_stay_sold, argv[1]),
        SHOP_TEST(a_payment_repeated_with_the_same_id_is_answered_the_same, argv[1]),
        SHOP_TEST(a_balance_too_small_keeps_the_hold, argv[1]),
        SHOP_TEST(a_hold_that_is_not_paid_in_time_returns_to_sale, argv[1]),
        SHOP_TEST(a_late_payment_is_refused_in_korean, argv[1]),
        SHOP_TEST(a_taken_seat_is_refused_in_korean, argv[1]),
    };
    return cmocka_run_group_tests_name("sale flow", tests, NULL, NULL);
}
