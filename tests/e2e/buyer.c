#include "tests/e2e/buyer.h"

struct buyer buyer_make(struct shop *shop, uint64_t user_id, int64_t money)
{
    struct buyer buyer = {.shop = shop, .user_id = user_id};
    const struct caller_id charge_id = id_make();
    struct place place;
    assert_int_equal(call_create_user(shop->channel, user_id), ONSALE_OK);
    if (money > 0)
        assert_int_equal(call_charge(shop->channel, user_id, &charge_id, money, NULL, NULL),
                         ONSALE_OK);
    assert_int_equal(call_enter(shop->channel, user_id, CONCERT, &buyer.token, &place), ONSALE_OK);
    assert_int_equal(place.status, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE);
    return buyer;
}

enum onsale_status buyer_try_hold(struct buyer *buyer, uint32_t performance_id,
                                  const uint32_t *seats, size_t seats_count,
                                  struct onsale_error *ret_error)
{
    const struct caller_id id = id_make();
    return call_hold(buyer->shop->channel, &buyer->token, &id, performance_id, seats, seats_count,
                     NULL, ret_error);
}

struct caller_id buyer_hold(struct buyer *buyer, const uint32_t *seats, size_t seats_count)
{
    const struct caller_id id = id_make();
    assert_int_equal(call_hold(buyer->shop->channel, &buyer->token, &id, PERFORMANCE, seats,
                               seats_count, NULL, NULL),
                     ONSALE_OK);
    return id;
}

uint64_t buyer_pay(struct buyer *buyer, const struct caller_id *reservation_id)
{
    const struct caller_id payment_id = id_make();
    uint64_t first_ticket;
    assert_int_equal(call_pay(buyer->shop->channel, buyer->user_id, reservation_id, &payment_id,
                              &first_ticket, NULL),
                     ONSALE_OK);
    return first_ticket;
}

int64_t buyer_balance(struct buyer *buyer)
{
    int64_t balance;
    assert_int_equal(call_balance(buyer->shop->channel, buyer->user_id, &balance), ONSALE_OK);
    return balance;
}

Onsale__V1__ReservationStatus buyer_reservation(struct buyer *buyer,
                                                const struct caller_id *reservation_id)
{
    Onsale__V1__ReservationStatus status;
    assert_int_equal(
        call_reservation(buyer->shop->channel, buyer->user_id, reservation_id, &status, NULL),
        ONSALE_OK);
    return status;
}
