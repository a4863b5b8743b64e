#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "onsale/v1/admin.methods.h"
#include "onsale/v1/catalog.methods.h"
#include "onsale/v1/payment.methods.h"
#include "onsale/v1/queue.methods.h"
#include "onsale/v1/reservation.methods.h"
#include "tests/unit/shop/shop.h"

enum {
    OLDER_ID = 0x10,
    NEWER_ID = 0x20,
    PAYMENT_ID = OLDER_ID + 2,
    HOLD_MS = 300 * 1000,
    WAITING_MS = 300 * 1000
};

static const struct method list_performances_method = {METHOD_LIST_PERFORMANCES};
static const struct method get_layout = {METHOD_GET_SEAT_LAYOUT};
static const struct method show_reservation = {METHOD_GET_RESERVATION};
static const struct method reservations = {METHOD_LIST_RESERVATIONS};
static const struct method show_payment = {METHOD_GET_PAYMENT};
static const struct method tickets = {METHOD_LIST_TICKETS};
static const struct method show_entry = {METHOD_GET_QUEUE_ENTRY};
static const struct method wait_entry = {METHOD_WAIT_QUEUE_ENTRY};
static const struct method set_policy = {METHOD_SET_QUEUE_POLICY};
static const struct method get_policy = {METHOD_GET_QUEUE_POLICY};

static uint32_t remaining_of_tier_0(struct shop *shop)
{
    Onsale__V1__ListPerformancesRequest request = ONSALE__V1__LIST_PERFORMANCES_REQUEST__INIT;
    Onsale__V1__ListPerformancesResponse response;
    shop->entry.concert_id = CONCERT;
    assert_int_equal(shop_call(shop, &list_performances_method, &request, &response), STATUS_OK);
    assert_int_equal(response.n_performances, 1);
    assert_int_equal(response.performances[0]->seat_count, SHOW_SEATS);
    assert_int_equal(response.performances[0]->tiers[0]->seats, SHOW_SEATS_TIER_0);
    return response.performances[0]->tiers[0]->remaining;
}

static void remaining_seats_count_holds_that_ended(void **state)
{
    struct shop *shop = *state;
    assert_int_equal(remaining_of_tier_0(shop), SHOW_SEATS_TIER_0);
    shop_hold(shop, OLDER_ID);
    assert_int_equal(remaining_of_tier_0(shop), SHOW_SEATS_TIER_0 - 2);
    shop->now_ms += HOLD_MS;
    assert_int_equal(remaining_of_tier_0(shop), SHOW_SEATS_TIER_0);
}

static void the_layout_is_as_it_was_imported(void **state)
{
    Onsale__V1__GetSeatLayoutRequest request = ONSALE__V1__GET_SEAT_LAYOUT_REQUEST__INIT;
    Onsale__V1__GetSeatLayoutResponse response;
    request.performance_id = SHOW;
    assert_int_equal(shop_call(*state, &get_layout, &request, &response), STATUS_OK);
    const Onsale__V1__SeatLayout *layout = response.layout;
    assert_int_equal(layout->layout_id, LAYOUT);
    assert_int_equal(layout->n_sections, 2);
    assert_int_equal(layout->sections[0]->n_rows, 2);
    assert_string_equal(layout->sections[0]->rows[1]->name, "B");
    assert_int_equal(layout->sections[0]->rows[1]->seat_count, 30);
    assert_string_equal(layout->sections[1]->name, "102");
    assert_int_equal(layout->sections[1]->tier_index, 1);

    request.known_version = response.version;
    assert_int_equal(shop_call(*state, &get_layout, &request, &response), STATUS_OK);
    assert_null(response.layout);
}

static Onsale__V1__GetReservationResponse shown(struct shop *shop, uint64_t user_id, uint8_t byte,
                                                enum status expected)
{
    struct reservation_id id = shop_id(byte);
    Onsale__V1__GetReservationRequest request = ONSALE__V1__GET_RESERVATION_REQUEST__INIT;
    Onsale__V1__GetReservationResponse response;
    request.user_id = user_id;
    request.reservation_id = (ProtobufCBinaryData){ID_BYTES, id.bytes};
    assert_int_equal(shop_call(shop, &show_reservation, &request, &response), expected);
    return response;
}

static void a_reservation_names_its_seats_as_people_call_them(void **state)
{
    shop_hold(*state, OLDER_ID);
    const Onsale__V1__Reservation *made = shown(*state, USER, OLDER_ID, STATUS_OK).reservation;
    assert_int_equal(made->n_seats, 3);
    assert_string_equal(made->seats[2]->section, "102");
    assert_string_equal(made->seats[2]->row, "A");
    assert_int_equal(made->seats[2]->number, 1);
    assert_int_equal(made->seats[1]->number, 2);
    assert_int_equal(made->total_price, 150 + 150 + 100);
    assert_int_equal(made->payment_id.len, 0);
}

static void a_reservation_expires_at_its_very_instant(void **state)
{
    struct shop *shop = *state;
    shop_hold(shop, OLDER_ID);
    shop->now_ms += HOLD_MS - 1;
    assert_int_equal(shown(shop, USER, OLDER_ID, STATUS_OK).reservation->status, RESERVATION_HELD);
    shop->now_ms += 1;
    assert_int_equal(shown(shop, USER, OLDER_ID, STATUS_OK).reservation->status,
                     RESERVATION_EXPIRED);
}

static void a_reservation_of_another_user_is_not_found(void **state)
{
    shop_hold(*state, OLDER_ID);
    shown(*state, OTHER_USER, OLDER_ID, STATUS_RESERVATION_NOT_FOUND);
    shown(*state, USER, NEWER_ID, STATUS_RESERVATION_NOT_FOUND);
}

static void reservations_are_listed_newest_first(void **state)
{
    struct shop *shop = *state;
    char token[64];
    Onsale__V1__ListReservationsRequest request = ONSALE__V1__LIST_RESERVATIONS_REQUEST__INIT;
    Onsale__V1__ListReservationsResponse page;
    shop_hold(shop, OLDER_ID);
    shop->now_ms += HOLD_MS;
    shop->entry = (struct queue_entry){0};
    shop_hold(shop, NEWER_ID);
    request.user_id = USER;
    request.concert_id = CONCERT;
    request.page_size = 1;
    assert_int_equal(shop_call(shop, &reservations, &request, &page), STATUS_OK);
    assert_int_equal(page.reservations[0]->reservation_id.data[0], NEWER_ID);
    request.page_token = strcpy(token, page.next_page_token);
    assert_int_equal(shop_call(shop, &reservations, &request, &page), STATUS_OK);
    assert_int_equal(page.reservations[0]->reservation_id.data[0], OLDER_ID);
    assert_string_equal(page.next_page_token, "");

    request.user_id = OTHER_USER;
    assert_int_equal(shop_call(shop, &reservations, &request, &page), STATUS_PAGE_TOKEN_INVALID);
    request.concert_id = CONCERT + 1;
    assert_int_equal(shop_call(shop, &reservations, &request, &page), STATUS_CONCERT_NOT_FOUND);
    request.user_id = 5;
    assert_int_equal(shop_call(shop, &reservations, &request, &page), STATUS_USER_NOT_FOUND);
}

static void a_payment_shows_its_tickets(void **state)
{
    struct reservation_id id = shop_id(PAYMENT_ID);
    Onsale__V1__GetPaymentRequest request = ONSALE__V1__GET_PAYMENT_REQUEST__INIT;
    Onsale__V1__GetPaymentResponse response;
    shop_hold(*state, OLDER_ID);
    shop_pay(*state, OLDER_ID);
    request.user_id = USER;
    request.payment_id = (ProtobufCBinaryData){ID_BYTES, id.bytes};
    assert_int_equal(shop_call(*state, &show_payment, &request, &response), STATUS_OK);
    assert_int_equal(response.payment->amount, 400);
    assert_int_equal(response.payment->balance_after, 600);
    assert_int_equal(response.payment->n_tickets, 3);
    assert_int_equal(response.payment->tickets[2]->price, 100);

    id = shop_id(OLDER_ID + 1); /* the charge */
    assert_int_equal(shop_call(*state, &show_payment, &request, &response),
                     STATUS_PAYMENT_NOT_FOUND);
}

static void tickets_are_listed_by_their_ids(void **state)
{
    Onsale__V1__ListTicketsRequest request = ONSALE__V1__LIST_TICKETS_REQUEST__INIT;
    Onsale__V1__ListTicketsResponse page;
    char token[64];
    shop_hold(*state, OLDER_ID);
    shop_pay(*state, OLDER_ID);
    request.user_id = USER;
    request.page_size = 2;
    assert_int_equal(shop_call(*state, &tickets, &request, &page), STATUS_OK);
    assert_int_equal(page.n_tickets, 2);
    request.page_token = strcpy(token, page.next_page_token);
    assert_int_equal(shop_call(*state, &tickets, &request, &page), STATUS_OK);
    assert_int_equal(page.n_tickets, 1);
    assert_int_equal(page.tickets[0]->ticket_id, 3);
    assert_int_equal(page.tickets[0]->seat->seat_index, 100);
}

static void a_wait_is_answered_when_there_is_news_or_it_is_over(void **state)
{
    struct shop *shop = *state;
    Onsale__V1__WaitQueueEntryRequest request = ONSALE__V1__WAIT_QUEUE_ENTRY_REQUEST__INIT;
    Onsale__V1__WaitQueueEntryResponse response;
    shop_hold(shop, OLDER_ID);
    assert_int_equal(shop_call(shop, &wait_entry, &request, &response), STATUS_OK);
    request.known_status = response.entry->status;
    assert_int_equal(shop_call(shop, &wait_entry, &request, &response), STATUS_NOT_YET);
    shop->wait_is_over = true;
    assert_int_equal(shop_call(shop, &wait_entry, &request, &response), STATUS_OK);
    assert_int_equal(response.entry->status, QUEUE_ENTRY_ACTIVE);
    assert_int_equal(response.entry->position, 0);
    shop->wait_is_over = false;
}

/* Nobody is let in for long, and what counts is the last poll. */
static void spend_credit(struct store_txn *txn)
{
    struct queue queue;
    assert_true(queue_get(txn, CONCERT, &queue));
    queue.credit_milli = 0;
    queue.credit_at_ms = INT64_C(1) << 40;
    queue.policy.waiting_from_last_poll = true;
    queue_put(txn, &queue);
}

static Onsale__V1__QueueEntry polled(struct shop *shop)
{
    Onsale__V1__GetQueueEntryRequest request = ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    Onsale__V1__GetQueueEntryResponse response;
    assert_int_equal(shop_call(shop, &show_entry, &request, &response), STATUS_OK);
    return *response.entry;
}

static void a_poll_renews_an_entry_that_waits_but_none_that_has_expired(void **state)
{
    struct shop *shop = *state;
    shop_edit(shop, spend_credit);
    shop_enter(shop);
    assert_int_equal(polled(shop).position, 1);
    shop->now_ms += WAITING_MS - 1;
    assert_int_equal(polled(shop).remaining_ms, WAITING_MS);

    shop->entry.expires_at_ms = shop->now_ms + WAITING_MS; /* as the engine reads the lease */
    shop->now_ms += WAITING_MS;
    assert_int_equal(polled(shop).status, QUEUE_ENTRY_EXPIRED);
    assert_int_equal(polled(shop).remaining_ms, 0);
}

static void a_policy_out_of_its_range_is_refused_and_named(void **state)
{
    Onsale__V1__GetQueuePolicyRequest asked = ONSALE__V1__GET_QUEUE_POLICY_REQUEST__INIT;
    Onsale__V1__GetQueuePolicyResponse present;
    Onsale__V1__SetQueuePolicyRequest request = ONSALE__V1__SET_QUEUE_POLICY_REQUEST__INIT;
    Onsale__V1__SetQueuePolicyResponse response;
    assert_int_equal(shop_call(*state, &set_policy, &request, &response), STATUS_CONCERT_NOT_FOUND);
    asked.concert_id = request.concert_id = CONCERT;
    assert_int_equal(shop_call(*state, &set_policy, &request, &response), STATUS_ARGUMENT_INVALID);
    assert_string_equal(shop_bad_field(*state), "policy");

    assert_int_equal(shop_call(*state, &get_policy, &asked, &present), STATUS_OK);
    Onsale__V1__QueuePolicy policy = *present.policy;
    request.policy = &policy;
    policy.purchase_limit = PURCHASE_LIMIT_MAX + 1;
    assert_int_equal(shop_call(*state, &set_policy, &request, &response), STATUS_ARGUMENT_INVALID);
    assert_string_equal(shop_bad_field(*state), "policy.purchase_limit");
    policy.purchase_limit = 6;
    assert_int_equal(shop_call(*state, &set_policy, &request, &response), STATUS_OK);
    assert_int_equal(shop_call(*state, &get_policy, &asked, &present), STATUS_OK);
    assert_int_equal(present.policy->purchase_limit, 6);
}

#define SHOW_TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup_stocked, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHOW_TEST(remaining_seats_count_holds_that_ended),
        SHOW_TEST(the_layout_is_as_it_was_imported),
        SHOW_TEST(a_reservation_names_its_seats_as_people_call_them),
        SHOW_TEST(a_reservation_expires_at_its_very_instant),
        SHOW_TEST(a_reservation_of_another_user_is_not_found),
        SHOW_TEST(reservations_are_listed_newest_first),
        SHOW_TEST(a_payment_shows_its_tickets),
        SHOW_TEST(tickets_are_listed_by_their_ids),
        SHOW_TEST(a_wait_is_answered_when_there_is_news_or_it_is_over),
        SHOW_TEST(a_poll_renews_an_entry_that_waits_but_none_that_has_expired),
        SHOW_TEST(a_policy_out_of_its_range_is_refused_and_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
