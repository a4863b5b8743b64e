/* buy_ticket.c -- Buys two seats, from the queue to the tickets.
 *
 * Build: cc buy_ticket.c -o buy_ticket $(pkg-config --cflags --libs onsale)
 * Run:   ./buy_ticket ipc:///run/onsale/onsale.sock ipc:///run/onsale/watch.sock CONCERT USER */
#include <onsale/onsale.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEATS_WANTED = 2, WAIT_MS = 4000 };

struct buyer {
    struct onsale_channel *channel;
    struct onsale_error error; /* of the call that failed */
    uint64_t user_id;
    uint32_t concert_id;
    uint8_t token[ONSALE_TOKEN_BYTES];
    uint32_t performance_id;
    uint32_t seats[SEATS_WANTED];
    uint8_t reservation_id[ONSALE_ID_BYTES];
    int64_t price;
};

static ProtobufCBinaryData bytes(uint8_t *data, size_t size)
{
    return (ProtobufCBinaryData){.len = size, .data = data};
}

static enum onsale_status enter_queue(struct buyer *buyer)
{
    Onsale__V1__EnterQueueRequest request = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    Onsale__V1__EnterQueueResponse *response;
    request.user_id = buyer->user_id;
    request.concert_id = buyer->concert_id;
    enum onsale_status status =
        onsale_queue_enter_queue(buyer->channel, &request, NULL, &response, &buyer->error);
    if (status != ONSALE_OK) return status;

    memcpy(buyer->token, response->token.data, ONSALE_TOKEN_BYTES);
    printf("in the queue, %" PRIu32 " ahead\n", response->entry->ahead);
    onsale__v1__enter_queue_response__free_unpacked(response, NULL);
    return ONSALE_OK;
}

/* A long poll: the server answers when the position changes, so nobody needs to ask in a hurry. */
static enum onsale_status wait_until_active(struct buyer *buyer)
{
    Onsale__V1__WaitQueueEntryRequest request = ONSALE__V1__WAIT_QUEUE_ENTRY_REQUEST__INIT;
    request.token = bytes(buyer->token, ONSALE_TOKEN_BYTES);
    request.wait_ms = WAIT_MS;
    do {
        Onsale__V1__WaitQueueEntryResponse *response;
        enum onsale_status status =
            onsale_queue_wait_queue_entry(buyer->channel, &request, NULL, &response, &buyer->error);
        if (status != ONSALE_OK) return status;
        request.known_status = response->entry->status;
        request.known_position = response->entry->position;
        onsale__v1__wait_queue_entry_response__free_unpacked(response, NULL);
    } while (request.known_status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING);
    return ONSALE_OK; /* if the entry is not ACTIVE now, the next call says why */
}

static enum onsale_status choose_performance(struct buyer *buyer)
{
    Onsale__V1__ListPerformancesRequest request = ONSALE__V1__LIST_PERFORMANCES_REQUEST__INIT;
    Onsale__V1__ListPerformancesResponse *response;
    request.token = bytes(buyer->token, ONSALE_TOKEN_BYTES);
    enum onsale_status status =
        onsale_catalog_list_performances(buyer->channel, &request, NULL, &response, &buyer->error);
    if (status != ONSALE_OK) return status;

    if (response->n_performances > 0)
        buyer->performance_id = response->performances[0]->performance_id;
    onsale__v1__list_performances_response__free_unpacked(response, NULL);
    return ONSALE_OK;
}

/* Two bits a seat, four seats a byte; 00 is AVAILABLE. */
static int seat_is_available(const Onsale__V1__SeatRun *run, uint32_t i)
{
    return (run->states.data[i / 4] >> (2 * (i % 4)) & 3) == 0;
}

/* Takes the first seats that are free. Another buyer may be faster: then holding them is refused.
 */
static size_t choose_from_run(struct buyer *buyer, const Onsale__V1__SeatRun *run, size_t chosen)
{
    for (uint32_t i = 0; i < run->seat_count && chosen < SEATS_WANTED; i++)
        if (seat_is_available(run, i)) buyer->seats[chosen++] = run->first_seat_index + i;
    return chosen;
}

static enum onsale_status choose_seats(struct buyer *buyer)
{
    Onsale__V1__GetSeatMapRequest request = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    Onsale__V1__GetSeatMapResponse *response;
    request.token = bytes(buyer->token, ONSALE_TOKEN_BYTES);
    request.performance_id = buyer->performance_id;
    enum onsale_status status =
        onsale_catalog_get_seat_map(buyer->channel, &request, NULL, &response, &buyer->error);
    if (status != ONSALE_OK) return status;

    size_t chosen = 0;
    for (size_t i = 0; i < response->n_runs; i++)
        chosen = choose_from_run(buyer, response->runs[i], chosen);
    onsale__v1__get_seat_map_response__free_unpacked(response, NULL);
    return chosen == SEATS_WANTED ? ONSALE_OK : ONSALE_SEAT_TAKEN;
}

static enum onsale_status hold_seats(struct buyer *buyer)
{
    Onsale__V1__HoldSeatsRequest request = ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    Onsale__V1__HoldSeatsResponse *response;
    if (!onsale_id_new(buyer->reservation_id)) return ONSALE_INTERNAL;
    request.token = bytes(buyer->token, ONSALE_TOKEN_BYTES);
    request.reservation_id = bytes(buyer->reservation_id, ONSALE_ID_BYTES);
    request.performance_id = buyer->performance_id;
    request.seat_indexes = buyer->seats;
    request.n_seat_indexes = SEATS_WANTED;
    enum onsale_status status =
        onsale_reservation_hold_seats(buyer->channel, &request, NULL, &response, &buyer->error);
    if (status != ONSALE_OK) return status;

    buyer->price = response->reservation->total_price;
    printf("held for %" PRId64 "\n", buyer->price);
    onsale__v1__hold_seats_response__free_unpacked(response, NULL);
    return ONSALE_OK;
}

static enum onsale_status charge(struct buyer *buyer)
{
    Onsale__V1__ChargeBalanceRequest request = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    Onsale__V1__ChargeBalanceResponse *response;
    uint8_t charge_id[ONSALE_ID_BYTES];
    if (!onsale_id_new(charge_id)) return ONSALE_INTERNAL;
    request.user_id = buyer->user_id;
    request.charge_id = bytes(charge_id, ONSALE_ID_BYTES);
    request.amount = buyer->price;
    enum onsale_status status =
        onsale_wallet_charge_balance(buyer->channel, &request, NULL, &response, &buyer->error);
    if (status == ONSALE_OK) onsale__v1__charge_balance_response__free_unpacked(response, NULL);
    return status;
}

static enum onsale_status pay(struct buyer *buyer)
{
    Onsale__V1__PayReservationRequest request = ONSALE__V1__PAY_RESERVATION_REQUEST__INIT;
    Onsale__V1__PayReservationResponse *response;
    uint8_t payment_id[ONSALE_ID_BYTES];
    if (!onsale_id_new(payment_id)) return ONSALE_INTERNAL;
    request.user_id = buyer->user_id;
    request.reservation_id = bytes(buyer->reservation_id, ONSALE_ID_BYTES);
    request.payment_id = bytes(payment_id, ONSALE_ID_BYTES);
    enum onsale_status status =
        onsale_payment_pay_reservation(buyer->channel, &request, NULL, &response, &buyer->error);
    if (status != ONSALE_OK) return status;

    for (size_t i = 0; i < response->payment->n_tickets; i++) {
        const Onsale__V1__Ticket *ticket = response->payment->tickets[i];
        printf("ticket %" PRIu64 ": section %s, row %s, seat %" PRIu32 "\n", ticket->ticket_id,
               ticket->seat->section, ticket->seat->row, ticket->seat->number);
    }
    onsale__v1__pay_reservation_response__free_unpacked(response, NULL);
    return ONSALE_OK;
}

static enum onsale_status buy(struct buyer *buyer)
{
    enum onsale_status status = enter_queue(buyer);
    if (status == ONSALE_OK) status = wait_until_active(buyer);
    if (status == ONSALE_OK) status = choose_performance(buyer);
    if (status == ONSALE_OK) status = choose_seats(buyer);
    if (status == ONSALE_OK) status = hold_seats(buyer);
    if (status == ONSALE_OK) status = charge(buyer);
    if (status == ONSALE_OK) status = pay(buyer);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: %s URL WATCH_URL CONCERT USER\n", argv[0]);
        return 2;
    }
    const struct onsale_channel_options options = {.url = argv[1], .watch_url = argv[2]};
    struct buyer buyer = {.concert_id = (uint32_t)strtoul(argv[3], NULL, 10),
                          .user_id = strtoull(argv[4], NULL, 10)};

    enum onsale_status status = onsale_channel_open(&options, &buyer.channel, &buyer.error);
    if (status == ONSALE_OK) status = buy(&buyer);
    onsale_channel_close(buyer.channel);
    if (status != ONSALE_OK)
        fprintf(stderr, "%s: %s\n", onsale_status_name(status),
                buyer.error.status == status ? buyer.error.message : onsale_status_text(status));
    return status == ONSALE_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
