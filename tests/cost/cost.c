/* cost.c -- Runs one scenario so that callgrind counts its instructions, and nothing else.
 * Usage: cost SCENARIO COUNT, with a COUNT of 1..2048 calls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <valgrind/callgrind.h>

#include "tests/cost/load.h"

struct scenario {
    const char *name;
    const struct call_kind *calls;
    void (*counted)(struct load *load); /* the step whose instructions are counted */
    size_t first;                       /* call of that kind */
    void (*prepare)(struct shop *shop); /* what must have happened before; may be NULL */
    const struct call_kind *between;    /* a frame of these is served before each; may be NULL */
};

static const struct scenario scenarios[] = {
    {.name = "hold", .calls = &hold_calls, .counted = load_serve},
    {.name = "poll", .calls = &poll_calls, .counted = load_serve},
    {.name = "enter", .calls = &enter_calls, .counted = load_serve, .first = SHOP_IN_QUEUE},
    {.name = "pay", .calls = &pay_calls, .counted = load_serve, .prepare = shop_hold_seats},
    {.name = "seat_map",
     .calls = &seat_map_calls,
     .counted = load_serve,
     .prepare = shop_hold_seats},
    {.name = "unchanged",
     .calls = &unchanged_calls,
     .counted = load_serve,
     .prepare = shop_hold_seats},
    {.name = "changing", .calls = &seat_map_calls, .counted = load_serve, .between = &hold_calls},
    {.name = "expire", .calls = &hold_calls, .counted = load_expire},
    {.name = "pack", .calls = &hold_calls, .counted = load_pack},
    {.name = "unpack", .calls = &hold_calls, .counted = load_unpack},
};

enum { SCENARIOS_COUNT = sizeof scenarios / sizeof scenarios[0], COUNT_MAX = 2048 };

static const struct scenario *scenario_find(const char *name)
{
    for (size_t i = 0; i < SCENARIOS_COUNT; i++)
        if (strcmp(scenarios[i].name, name) == 0) return &scenarios[i];
    return NULL;
}

static void count_step(const struct scenario *scenario, struct load *load)
{
    void (*const steps[])(struct load *) = {load_pack, load_serve, load_unpack, load_expire};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (steps[i] == scenario->counted) CALLGRIND_START_INSTRUMENTATION;
        steps[i](load);
        if (steps[i] == scenario->counted) CALLGRIND_STOP_INSTRUMENTATION;
    }
}

static void run(const struct scenario *scenario, size_t count)
{
    struct shop *shop = shop_open();
    struct load load;
    struct load between;
    if (scenario->prepare != NULL) scenario->prepare(shop);
    load_init(&load, shop, scenario->calls, scenario->first, count);
    if (scenario->between != NULL) {
        load_init(&between, shop, scenario->between, 0, count);
        load_pack(&between);
        load.between = &between;
    }
    count_step(scenario, &load);
    if (scenario->between != NULL) {
        load_unpack(&between);
        load_deinit(&between);
    }
    load_deinit(&load);
    shop_close(shop);
}

int main(int argc, char **argv)
{
    const struct scenario *scenario = argc == 3 ? scenario_find(argv[1]) : NULL;
    unsigned long count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (scenario == NULL || count < 1 || count > COUNT_MAX) {
        fputs("usage: cost SCENARIO COUNT\n", stderr);
        return EXIT_FAILURE;
    }
    run(scenario, count);
    return EXIT_SUCCESS;
}
