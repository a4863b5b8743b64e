#include "tests/e2e/load.h"

#include <stdlib.h>

#include "base/require.h"
#include "tests/e2e/wait_until.h"

/* A call that meets no server waits so long for one. */
enum { CALL_MS = 2000, HOLD_EVERY = 16 };

struct load *load_make(struct shop *shop)
{
    const struct onsale_channel_options once = {.attempts_max = 1, .timeout_ms = CALL_MS};
    Onsale__V1__QueuePolicy policy = policy_open_doors();
    struct load *load = calloc(1, sizeof *load);
    REQUIRE(load != NULL);
    policy.purchase_limit = HALL_SEATS;
    assert_int_equal(call_set_policy(shop->channel, CONCERT, &policy, NULL), ONSALE_OK);
    load->shop = shop;
    load->channel = shop_channel(shop, once);
    for (size_t i = 0; i < LOAD_THREADS; i++)
        load->diaries[i].buyer = buyer_make(shop, i + 1, 0);
    return load;
}

void load_free(struct load *load)
{
    if (load == NULL) return;
    onsale_channel_close(load->channel);
    free(load);
}

static bool is_charge(const struct load_command *command)
{
    return command->seat == HALL_SEATS;
}

static enum onsale_status execute(struct onsale_channel *channel, struct load_diary *diary,
                                  const struct load_command *command)
{
    if (is_charge(command))
        return call_charge(channel, diary->buyer.user_id, &command->id, 1, NULL, NULL);
    return call_hold(channel, &diary->buyer.token, &command->id, PERFORMANCE, &command->seat, 1,
                     NULL, NULL);
}

/* Now and then a hold, of a seat that another thread may have. */
static uint32_t choose(const struct load_diary *diary, size_t index)
{
    if (diary->count % HOLD_EVERY != 0) return HALL_SEATS;
    return (uint32_t)((diary->count / HOLD_EVERY + index * 7) % HALL_SEATS);
}

static bool was_answered(enum onsale_status status)
{
    return status == ONSALE_OK || status == ONSALE_SEAT_TAKEN;
}

static void charge_and_hold(void *context, size_t index)
{
    struct load *load = context;
    struct load_diary *diary = &load->diaries[index];
    while (diary->count < LOAD_COMMANDS_MAX && !atomic_load(&load->stopping)) {
        struct load_command *command = &diary->commands[diary->count];
        command->id = id_make();
        command->seat = choose(diary, index);
        diary->count++;
        command->status = execute(load->channel, diary, command);
        if (!was_answered(command->status)) return;
        atomic_fetch_add(&load->acknowledged, 1);
    }
}

void load_start(struct load *load)
{
    atomic_store(&load->acknowledged, 0);
    atomic_store(&load->stopping, false);
    crowd_start(&load->crowd, LOAD_THREADS, charge_and_hold, load);
}

struct expectation {
    struct load *load;
    size_t acknowledged;
};

static bool is_reached(void *context)
{
    struct expectation *expectation = context;
    return atomic_load(&expectation->load->acknowledged) >= expectation->acknowledged;
}

void load_await(struct load *load, size_t acknowledged)
{
    struct expectation expectation = {load, acknowledged};
    assert_true(wait_until(is_reached, &expectation));
}

void load_stop(struct load *load)
{
    atomic_store(&load->stopping, true);
}

void load_join(struct load *load)
{
    crowd_join(&load->crowd);
}

/* An acknowledged hold is the user's own reservation; a refused one left nothing. */
static void verify_hold(struct load_diary *diary, const struct load_command *command)
{
    enum onsale_status status = call_reservation(diary->buyer.shop->channel, diary->buyer.user_id,
                                                 &command->id, NULL, NULL);
    if (command->status == ONSALE_OK) assert_int_equal(status, ONSALE_OK);
    if (command->status == ONSALE_SEAT_TAKEN)
        assert_int_equal(status, ONSALE_RESERVATION_NOT_FOUND);
}

/* A repeat of what was answered, too, must change nothing. */
static void repeat(struct load_diary *diary, struct load_command *command)
{
    enum onsale_status status = execute(diary->buyer.shop->channel, diary, command);
    assert_true(was_answered(status));
    if (command->status == ONSALE_OK) assert_int_equal(status, ONSALE_OK);
    command->status = status;
}

/* Charges, each of 1, that were acknowledged. */
static int64_t charges_acknowledged(const struct load_diary *diary)
{
    int64_t charges = diary->charged_before;
    for (size_t i = 0; i < diary->count; i++)
        if (is_charge(&diary->commands[i]) && diary->commands[i].status == ONSALE_OK) charges++;
    return charges;
}

int64_t load_silent_charges(struct load *load)
{
    int64_t silent = 0;
    for (size_t i = 0; i < LOAD_THREADS; i++) {
        struct load_diary *diary = &load->diaries[i];
        silent += buyer_balance(&diary->buyer) - charges_acknowledged(diary);
    }
    return silent;
}

/* The last command may have been charged without an answer; its repeat finds that out. */
static void verify_diary(struct load_diary *diary)
{
    int64_t charged = charges_acknowledged(diary);
    assert_in_range(buyer_balance(&diary->buyer), charged, charged + 1);
    for (size_t i = 0; i < diary->count; i++)
        if (!is_charge(&diary->commands[i])) verify_hold(diary, &diary->commands[i]);
    for (size_t i = 0; i < diary->count; i++)
        repeat(diary, &diary->commands[i]);
    diary->charged_before = charges_acknowledged(diary);
    assert_int_equal(buyer_balance(&diary->buyer), diary->charged_before);
    diary->count = 0;
}

void load_verify(struct load *load)
{
    for (size_t i = 0; i < LOAD_THREADS; i++)
        verify_diary(&load->diaries[i]);
}
