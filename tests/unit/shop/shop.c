#include "tests/unit/shop/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "onsale/rpc/v1/rpc.pb-c.h"
#include "server/engine/leases.h"
#include "tests/lib/temp_folder.h"

enum {
    START_MS = 1000 * 1000,
    MAP_BYTES = 16 * 1024 * 1024,
    JOURNAL_BYTES = 1024 * 1024,
    READERS = 8
};

void shop_open(struct shop *shop)
{
    char problem[STORE_PROBLEM_BYTES];
    *shop = (struct shop){.folder = temp_folder_make(), .now_ms = START_MS};
    struct store_options options = {.path = shop->folder,
                                    .map_bytes = MAP_BYTES,
                                    .journal_bytes = JOURNAL_BYTES,
                                    .readers_max = READERS};
    assert_int_equal(store_open(&options, problem, &shop->store), STATUS_OK);
    assert_int_equal(leases_open(START_MS, &shop->leases), STATUS_OK);
    assert_int_equal(seat_maps_open(&shop->seat_maps), STATUS_OK);
    arena_init(&shop->arena, FRAME_ARENA_BYTES_MAX);
}

void shop_close(struct shop *shop)
{
    arena_deinit(&shop->arena);
    leases_close(shop->leases);
    seat_maps_close(shop->seat_maps);
    store_close(shop->store);
    temp_folder_remove(shop->folder);
}

int shop_setup_stocked(void **state)
{
    static struct shop shop;
    shop_open(&shop);
    shop_stock(&shop);
    *state = &shop;
    return 0;
}

int shop_teardown(void **state)
{
    assert_int_equal(shop_check(*state).violations_count, 0);
    return shop_teardown_spoilt(state);
}

int shop_teardown_spoilt(void **state)
{
    shop_close(*state);
    return 0;
}

struct command {
    struct shop *shop;
    const struct method *method;
    const void *request;
    void *response;
    enum status outcome;
};

/* Commits also what was refused, as the writer does. */
static enum status run_command(struct store_txn *txn, void *context)
{
    static const uint8_t entropy[QUEUE_SECRET_BYTES] = "sixteen bytes..";
    struct command *command = context;
    struct shop *shop = command->shop;
    struct batch batch;
    batch_begin(&batch, txn, shop->now_ms, shop->leases);
    batch.entropy = entropy;
    struct call call = {.rpc = &shop->rpc,
                        .txn = txn,
                        .now_ms = shop->now_ms,
                        .entry = shop->entry,
                        .batch = &batch,
                        .leases = shop->leases,
                        .seat_maps = shop->seat_maps,
                        .wait_is_over = shop->wait_is_over};
    command->outcome = command->method->handler(&call, command->request, command->response);
    batch_end(&batch);
    return STATUS_OK;
}

enum status shop_call(struct shop *shop, const struct method *method, const void *request,
                      void *response)
{
    struct command command = {shop, method, request, response, STATUS_INTERNAL};
    arena_reset(&shop->arena);
    shop->rpc = (struct rpc_call){.arena = &shop->arena, .request = request, .method = method};
    protobuf_c_message_init(method->response, response);
    assert_int_equal(store_write(shop->store, run_command, &command), STATUS_OK);
    return command.outcome;
}

static enum status run_edit(struct store_txn *txn, void *context)
{
    void (**edit)(struct store_txn *) = context;
    (*edit)(txn);
    return STATUS_OK;
}

void shop_edit(struct shop *shop, void (*edit)(struct store_txn *txn))
{
    assert_int_equal(store_write(shop->store, run_edit, &edit), STATUS_OK);
}

const char *shop_bad_field(const struct shop *shop)
{
    if (shop->rpc.details_count == 0) return "";
    return ((const Onsale__Rpc__V1__BadField *)shop->rpc.details[0].value)->field;
}

struct checking {
    struct shop *shop;
    struct check_report report;
};

static enum status run_check(struct store_txn *txn, void *context)
{
    struct checking *checking = context;
    return check_store(txn, &checking->shop->arena, checking->shop->now_ms, &checking->report);
}

struct check_report shop_check(struct shop *shop)
{
    struct checking checking = {.shop = shop};
    arena_reset(&shop->arena);
    assert_int_equal(store_read(shop->store, run_check, &checking), STATUS_OK);
    return checking.report;
}

struct reservation_id shop_id(uint8_t byte)
{
    struct reservation_id id;
    memset(id.bytes, byte, sizeof id.bytes);
    return id;
}

static bool is_reported(const struct check_report *report, const char *invariant)
{
    for (size_t i = 0; i < report->violations_count; i++)
        if (strcmp(report->violations[i].invariant, invariant) == 0) return true;
    return false;
}

void shop_expect_found(struct shop *shop, void (*plant)(struct store_txn *txn),
                       const char *invariant)
{
    shop_edit(shop, plant);
    struct check_report report = shop_check(shop);
    if (is_reported(&report, invariant)) return;
    for (size_t i = 0; i < report.violations_count; i++)
        print_error("found %s: %s\n", report.violations[i].invariant,
                    report.violations[i].description);
    fail_msg("%s was not found", invariant);
}
