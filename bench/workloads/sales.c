#include "bench/workloads/sales.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "bench/load/closed_loop.h"
#include "bench/shop/scatter.h"

enum { STRANGERS_AT_ONCE = 20 * 1000, IN_FLIGHT = 1024 };

struct sale {
    uint8_t token[ONSALE_TOKEN_BYTES];
    uint8_t reservation_ids[SALES_SEATS_EACH][ONSALE_ID_BYTES];
};

struct sales {
    uint64_t first_user;
    uint64_t first_seat;
    struct sale *all;
};

static void write_enter(const struct sales *sales, uint64_t stranger, struct request *ret_request)
{
    ret_request->method = &onsale_queue_enter_queue_method;
    ret_request->message.enter =
        (Onsale__V1__EnterQueueRequest)ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    ret_request->message.enter.user_id = sales->first_user + stranger;
    ret_request->message.enter.concert_id = SHOP_CONCERT;
}

static void write_hold(const struct sales *sales, uint64_t stranger, uint64_t place,
                       struct request *ret_request)
{
    struct sale *sale = &sales->all[stranger];
    Onsale__V1__HoldSeatsRequest *hold = &ret_request->message.hold;
    struct shop_seat seat =
        scatter_by_performance(sales->first_seat + stranger * SALES_SEATS_EACH + place);
    REQUIRE(onsale_id_new(sale->reservation_ids[place]));
    ret_request->method = &onsale_reservation_hold_seats_method;
    *hold = (Onsale__V1__HoldSeatsRequest)ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    hold->token = (ProtobufCBinaryData){ONSALE_TOKEN_BYTES, sale->token};
    hold->reservation_id = (ProtobufCBinaryData){ONSALE_ID_BYTES, sale->reservation_ids[place]};
    hold->performance_id = seat.performance_id;
    ret_request->seats[0] = seat.seat_index;
    hold->n_seat_indexes = 1;
    hold->seat_indexes = ret_request->seats;
}

static void write_payment(const struct sales *sales, uint64_t stranger, uint64_t place,
                          struct request *ret_request)
{
    Onsale__V1__PayReservationRequest *pay = &ret_request->message.pay;
    REQUIRE(onsale_id_new(ret_request->id));
    ret_request->method = &onsale_payment_pay_reservation_method;
    *pay = (Onsale__V1__PayReservationRequest)ONSALE__V1__PAY_RESERVATION_REQUEST__INIT;
    pay->user_id = sales->first_user + stranger;
    pay->reservation_id =
        (ProtobufCBinaryData){ONSALE_ID_BYTES, sales->all[stranger].reservation_ids[place]};
    pay->payment_id = (ProtobufCBinaryData){ONSALE_ID_BYTES, ret_request->id};
}

static bool prepare(void *state, uint64_t operation, uint32_t step, const ProtobufCMessage *answer,
                    struct request *ret_request)
{
    const struct sales *sales = state;
    const Onsale__V1__EnterQueueResponse *entered = (const void *)answer;
    if (step == 1) memcpy(sales->all[operation].token, entered->token.data, ONSALE_TOKEN_BYTES);
    if (step == 0)
        write_enter(sales, operation, ret_request);
    else if (step <= SALES_SEATS_EACH)
        write_hold(sales, operation, step - 1, ret_request);
    else if (step <= 2 * SALES_SEATS_EACH)
        write_payment(sales, operation, step - 1 - SALES_SEATS_EACH, ret_request);
    return step <= 2 * SALES_SEATS_EACH;
}

static bool sell_to(struct shop *shop, struct sales *sales, uint64_t strangers)
{
    const struct workload workload = {
        .prepare = prepare, .state = sales, .operations_max = strangers};
    struct round round;
    closed_loop_run(shop->channel, &workload, IN_FLIGHT, 0, &round);
    sales->first_user += strangers;
    sales->first_seat += strangers * SALES_SEATS_EACH;
    if (round.operations != strangers) fprintf(stderr, "sales were refused\n");
    return round.operations == strangers;
}

bool sales_run(struct shop *shop, uint64_t count)
{
    struct sales sales = {
        .first_user = 1 + shop->plan.buyers + shop->strangers_used,
        .first_seat = shop->seats_used,
        .all = calloc(STRANGERS_AT_ONCE, sizeof *sales.all),
    };
    bool is_fine = true;
    uint64_t left = count / SALES_SEATS_EACH;
    REQUIRE(sales.all != NULL);
    shop->seats_used += count;
    shop->strangers_used += left;
    REQUIRE(shop->seats_used <= (uint64_t)shop->plan.performances * SHOP_SEATS);
    REQUIRE(shop->strangers_used <= shop->plan.strangers);
    while (is_fine && left > 0) {
        uint64_t strangers = left < STRANGERS_AT_ONCE ? left : STRANGERS_AT_ONCE;
        is_fine = sell_to(shop, &sales, strangers);
        left -= strangers;
    }
    free(sales.all);
    return is_fine;
}
