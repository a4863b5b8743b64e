/* shop_story.c -- The sample catalogue and what happens with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "onsale/v1/admin.methods.h"
#include "onsale/v1/payment.methods.h"
#include "onsale/v1/queue.methods.h"
#include "onsale/v1/reservation.methods.h"
#include "onsale/v1/wallet.methods.h"
#include "tests/unit/shop/shop.h"

static void init_hall(struct sample *sample)
{
    static const struct {
        const char *name;
        uint32_t seats;
    } rows[] = {{"A", 70}, {"B", 30}, {"A", 50}};
    for (size_t i = 0; i < 3; i++) {
        onsale__v1__row__init(&sample->rows[i]);
        sample->rows[i].name = (char *)rows[i].name;
        sample->rows[i].first_number = 1;
        sample->rows[i].seat_count = rows[i].seats;
        sample->row_list[i] = &sample->rows[i];
    }
    for (size_t i = 0; i < 2; i++) {
        onsale__v1__section__init(&sample->sections[i]);
        sample->sections[i].name = i == 0 ? "101" : "102";
        sample->sections[i].tier_index = (uint32_t)i;
        sample->sections[i].n_rows = i == 0 ? 2 : 1;
        sample->sections[i].rows = sample->row_list + (i == 0 ? 0 : 2);
        sample->section_list[i] = &sample->sections[i];
    }
    onsale__v1__seat_layout__init(&sample->layout);
    sample->layout.layout_id = LAYOUT;
    sample->layout.n_sections = 2;
    sample->layout.sections = sample->section_list;
    sample->other_layout = sample->layout;
    sample->other_layout.layout_id = LAYOUT + 1;
    sample->layouts[0] = &sample->layout;
    sample->layouts[1] = &sample->other_layout;
}

static void init_performances(struct sample *sample)
{
    for (size_t i = 0; i < 2; i++) {
        onsale__v1__price_tier__init(&sample->tiers[i]);
        sample->tiers[i].name = i == 0 ? "R" : "S";
        sample->tiers[i].price = i == 0 ? 150 : 100;
        sample->tier_list[i] = &sample->tiers[i];
    }
    for (size_t i = 0; i < 2; i++) {
        Onsale__V1__Performance *performance = &sample->performances[i];
        onsale__v1__performance__init(performance);
        performance->performance_id = SHOW + (uint32_t)i;
        performance->concert_id = CONCERT;
        performance->layout_id = LAYOUT;
        performance->sale_closes_at_ms = INT64_MAX;
        performance->n_tiers = 2;
        performance->tiers = sample->tier_list;
        sample->performance_list[i] = performance;
    }
}

void sample_init(struct sample *sample)
{
    init_hall(sample);
    init_performances(sample);
    onsale__v1__concert__init(&sample->concert);
    sample->concert.concert_id = CONCERT;
    sample->concert.title = "First Light";

    onsale__v1__import_catalogue_request__init(&sample->request);
    sample->request.concert = &sample->concert;
    sample->request.n_layouts = 1;
    sample->request.layouts = sample->layouts;
    sample->request.n_performances = 1;
    sample->request.performances = sample->performance_list;
}

void shop_stock(struct shop *shop)
{
    const struct method import = {METHOD_IMPORT_CATALOGUE};
    const struct method create = {METHOD_CREATE_USER};
    struct sample sample;
    Onsale__V1__ImportCatalogueResponse imported;
    Onsale__V1__CreateUserRequest user = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    Onsale__V1__CreateUserResponse created;
    sample_init(&sample);
    assert_int_equal(shop_call(shop, &import, &sample.request, &imported), STATUS_OK);
    for (user.user_id = USER; user.user_id <= OTHER_USER; user.user_id++)
        assert_int_equal(shop_call(shop, &create, &user, &created), STATUS_OK);
}

static enum status load_entry(struct store_txn *txn, void *context)
{
    struct shop *shop = context;
    uint64_t number;
    assert_true(queue_user_get(txn, CONCERT, USER, &number));
    assert_true(queue_entry_get(txn, CONCERT, number, &shop->entry));
    return STATUS_OK;
}

void shop_enter(struct shop *shop)
{
    const struct method enter = {METHOD_ENTER_QUEUE};
    Onsale__V1__EnterQueueRequest request = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    Onsale__V1__EnterQueueResponse entered;
    request.user_id = USER;
    request.concert_id = CONCERT;
    assert_int_equal(shop_call(shop, &enter, &request, &entered), STATUS_OK);
    assert_int_equal(store_read(shop->store, load_entry, shop), STATUS_OK);
}

void shop_hold(struct shop *shop, uint8_t byte)
{
    const struct method hold = {METHOD_HOLD_SEATS};
    shop_enter(shop);
    struct reservation_id id = shop_id(byte);
    uint32_t seats[] = {0, 1, 100};
    Onsale__V1__HoldSeatsRequest wanted = ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    Onsale__V1__HoldSeatsResponse held;
    wanted.reservation_id = (ProtobufCBinaryData){ID_BYTES, id.bytes};
    wanted.performance_id = SHOW;
    wanted.n_seat_indexes = 3;
    wanted.seat_indexes = seats;
    assert_int_equal(shop_call(shop, &hold, &wanted, &held), STATUS_OK);
}

void shop_pay(struct shop *shop, uint8_t byte)
{
    const struct method charge = {METHOD_CHARGE_BALANCE};
    const struct method pay = {METHOD_PAY_RESERVATION};
    struct reservation_id id = shop_id(byte);
    struct reservation_id charge_id = shop_id((uint8_t)(byte + 1));
    struct reservation_id payment_id = shop_id((uint8_t)(byte + 2));
    Onsale__V1__ChargeBalanceRequest money = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    Onsale__V1__ChargeBalanceResponse charged;
    money.user_id = USER;
    money.charge_id = (ProtobufCBinaryData){ID_BYTES, charge_id.bytes};
    money.amount = 1000;
    assert_int_equal(shop_call(shop, &charge, &money, &charged), STATUS_OK);

    Onsale__V1__PayReservationRequest payment = ONSALE__V1__PAY_RESERVATION_REQUEST__INIT;
    Onsale__V1__PayReservationResponse paid;
    payment.user_id = USER;
    payment.reservation_id = (ProtobufCBinaryData){ID_BYTES, id.bytes};
    payment.payment_id = (ProtobufCBinaryData){ID_BYTES, payment_id.bytes};
    assert_int_equal(shop_call(shop, &pay, &payment, &paid), STATUS_OK);
}
