/* What a buyer can look up afterwards, through the generated client and a real server. */
#include "tests/e2e/buyer.h"

enum { BUYER = 1, STRANGER = 2 };

/* A buyer who has paid for seats 0 and FIRST_CHEAP_SEAT. */
struct purchase {
    struct buyer buyer;
    struct caller_id reservation_id;
    struct caller_id payment_id;
    uint64_t first_ticket;
};

static struct purchase purchase_make(struct shop *shop)
{
    struct purchase purchase = {.payment_id = id_make()};
    purchase.buyer = buyer_make(shop, BUYER, PRICE + CHEAP_PRICE);
    purchase.reservation_id = buyer_hold(&purchase.buyer, (uint32_t[]){0, FIRST_CHEAP_SEAT}, 2);
    assert_int_equal(call_pay(shop->channel, BUYER, &purchase.reservation_id, &purchase.payment_id,
                              &purchase.first_ticket, NULL),
                     ONSALE_OK);
    assert_int_equal(call_create_user(shop->channel, STRANGER), ONSALE_OK);
    return purchase;
}

static void a_payment_is_shown_with_its_tickets_to_its_user_only(void **state)
{
    struct shop *shop = *state;
    struct purchase purchase = purchase_make(shop);
    Onsale__V1__GetPaymentRequest request = ONSALE__V1__GET_PAYMENT_REQUEST__INIT;
    Onsale__V1__GetPaymentResponse *response;
    request.user_id = BUYER;
    request.payment_id = id_bytes(&purchase.payment_id);
    assert_int_equal(onsale_payment_get_payment(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    assert_int_equal(response->payment->amount, PRICE + CHEAP_PRICE);
    assert_int_equal(response->payment->balance_after, 0);
    assert_int_equal(response->payment->n_tickets, 2);
    assert_int_equal(response->payment->tickets[1]->price, CHEAP_PRICE);
    onsale__v1__get_payment_response__free_unpacked(response, NULL);
    request.user_id = STRANGER;
    assert_int_equal(onsale_payment_get_payment(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_PAYMENT_NOT_FOUND);
}

static void a_ticket_is_shown_to_its_owner_only(void **state)
{
    struct shop *shop = *state;
    struct purchase purchase = purchase_make(shop);
    Onsale__V1__GetTicketRequest request = ONSALE__V1__GET_TICKET_REQUEST__INIT;
    Onsale__V1__GetTicketResponse *response;
    request.user_id = BUYER;
    request.ticket_id = purchase.first_ticket + 1;
    assert_int_equal(onsale_payment_get_ticket(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    assert_int_equal(response->ticket->performance_id, PERFORMANCE);
    assert_string_equal(response->ticket->seat->section, "102");
    assert_string_equal(response->ticket->seat->row, "A");
    assert_int_equal(response->ticket->seat->number, 1);
    onsale__v1__get_ticket_response__free_unpacked(response, NULL);
    request.user_id = STRANGER;
    assert_int_equal(onsale_payment_get_ticket(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_TICKET_NOT_FOUND);
}

static void the_tickets_are_listed_in_pages(void **state)
{
    struct shop *shop = *state;
    struct purchase purchase = purchase_make(shop);
    Onsale__V1__ListTicketsRequest request = ONSALE__V1__LIST_TICKETS_REQUEST__INIT;
    Onsale__V1__ListTicketsResponse *first, *second;
    request.user_id = BUYER;
    request.page_size = 1;
    assert_int_equal(onsale_payment_list_tickets(shop->channel, &request, NULL, &first, NULL),
                     ONSALE_OK);
    request.page_token = first->next_page_token;
    assert_int_equal(onsale_payment_list_tickets(shop->channel, &request, NULL, &second, NULL),
                     ONSALE_OK);
    assert_int_equal(first->n_tickets, 1);
    assert_int_equal(first->tickets[0]->ticket_id, purchase.first_ticket);
    assert_int_equal(second->n_tickets, 1);
    assert_int_equal(second->tickets[0]->ticket_id, purchase.first_ticket + 1);
    assert_string_equal(second->next_page_token, "");
    onsale__v1__list_tickets_response__free_unpacked(first, NULL);
    onsale__v1__list_tickets_response__free_unpacked(second, NULL);
}

static void the_reservations_of_a_user_are_listed_newest_first(void **state)
{
    struct shop *shop = *state;
    struct buyer buyer = buyer_make(shop, BUYER, 0);
    const struct caller_id older = buyer_hold(&buyer, (uint32_t[]){0}, 1);
    const struct caller_id newer = buyer_hold(&buyer, (uint32_t[]){1}, 1);
    Onsale__V1__ListReservationsRequest request = ONSALE__V1__LIST_RESERVATIONS_REQUEST__INIT;
    Onsale__V1__ListReservationsResponse *response;
    request.user_id = BUYER;
    request.concert_id = CONCERT;
    assert_int_equal(
        onsale_reservation_list_reservations(shop->channel, &request, NULL, &response, NULL),
        ONSALE_OK);
    assert_int_equal(response->n_reservations, 2);
    assert_memory_equal(response->reservations[0]->reservation_id.data, newer.bytes,
                        sizeof newer.bytes);
    assert_memory_equal(response->reservations[1]->reservation_id.data, older.bytes,
                        sizeof older.bytes);
    onsale__v1__list_reservations_response__free_unpacked(response, NULL);
}

static void a_reservation_of_another_user_is_not_there(void **state)
{
    struct shop *shop = *state;
    struct buyer buyer = buyer_make(shop, BUYER, 0);
    buyer_make(shop, STRANGER, PRICE);
    const struct caller_id id = buyer_hold(&buyer, (uint32_t[]){0}, 1);
    const struct caller_id payment_id = id_make();
    assert_int_equal(call_reservation(shop->channel, STRANGER, &id, NULL, NULL),
                     ONSALE_RESERVATION_NOT_FOUND);
    assert_int_equal(call_pay(shop->channel, STRANGER, &id, &payment_id, NULL, NULL),
                     ONSALE_RESERVATION_NOT_FOUND);
    assert_int_equal(call_cancel(shop->channel, STRANGER, &id), ONSALE_RESERVATION_NOT_FOUND);
    assert_int_equal(buyer_reservation(&buyer, &id),
                     ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(a_payment_is_shown_with_its_tickets_to_its_user_only, argv[1]),
        SHOP_TEST(a_ticket_is_shown_to_its_owner_only, argv[1]),
        SHOP_TEST(the_tickets_are_listed_in_pages, argv[1]),
        SHOP_TEST(the_reservations_of_a_user_are_listed_newest_first, argv[1]),
        SHOP_TEST(a_reservation_of_another_user_is_not_there, argv[1]),
    };
    return cmocka_run_group_tests_name("receipt flow", tests, NULL, NULL);
}
