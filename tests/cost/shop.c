#include "tests/cost/shop.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "tests/cost/calls.h"
#include "tests/cost/load.h"

enum { ARENA_BYTES_MAX = 256 * 1024 * 1024, SEED = 1 };

static void call_all(struct shop *shop, const struct call_kind *kind, size_t count)
{
    struct load load;
    load_init(&load, shop, kind, 0, count);
    load_run(&load);
    load_deinit(&load);
}

static void fill_queue(struct shop *shop)
{
    struct load load;
    load_init(&load, shop, &enter_calls, 0, SHOP_IN_QUEUE);
    load_run(&load);
    for (size_t i = 0; i < SHOP_IN_QUEUE; i++) {
        const Onsale__V1__EnterQueueResponse *res = (const void *)load.responses[i];
        REQUIRE(res->token.len == QUEUE_TOKEN_BYTES);
        memcpy(shop->tokens[i], res->token.data, QUEUE_TOKEN_BYTES);
    }
    load_deinit(&load);
}

struct shop *shop_open(void)
{
    struct shop *shop = calloc(1, sizeof *shop);
    REQUIRE(shop != NULL);
    arena_init(&shop->arena, ARENA_BYTES_MAX);
    world_open(&shop->world, SEED, WORLD_MAP_BYTES, SWEEP_HOLDS_MAX);
    call_all(shop, &import_calls, 1);
    call_all(shop, &policy_calls, 1);
    shop->world.clock_ms += MS_PER_SECOND; /* so that credit for all admissions has grown */
    call_all(shop, &create_user_calls, SHOP_IN_QUEUE + SHOP_STRANGERS);
    call_all(shop, &charge_calls, SHOP_BUYERS);
    fill_queue(shop);
    return shop;
}

void shop_close(struct shop *shop)
{
    world_close(&shop->world);
    arena_deinit(&shop->arena);
    free(shop);
}

void shop_hold_seats(struct shop *shop)
{
    struct load load;
    call_all(shop, &hold_calls, SHOP_BUYERS);
    load_init(&load, shop, &seat_map_calls, 0, 1);
    load_run(&load);
    shop->version =
        ((const Onsale__V1__GetSeatMapResponse *)(const void *)load.responses[0])->version;
    load_deinit(&load);
}
