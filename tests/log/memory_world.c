#include "tests/log/memory_world.h"

#include <stdlib.h>

#include "base/require.h"

enum { NS_PER_MS = 1000000 };

static int64_t now_ns(void *context)
{
    return ((struct memory_world *)context)->now_ns;
}

static void close_all(struct memory_world *world)
{
    for (size_t i = 0; i < REPLICAS_MAX; i++)
        world_close(&world->world, i);
    memory_log_free(world->memory);
    world->memory = NULL;
}

static void make(struct world *world, uint64_t first_index)
{
    struct memory_world *this = (struct memory_world *)world;
    close_all(this);
    this->memory = memory_log_make(world->shop, first_index, now_ns, this);
    REQUIRE(this->memory != NULL);
}

static struct log *open_log(struct world *world, const uint8_t shop[LOG_SHOP_BYTES])
{
    return memory_log_open(((struct memory_world *)world)->memory, shop);
}

static void put(struct world *world, const struct log_row *row)
{
    REQUIRE(memory_log_put(((struct memory_world *)world)->memory, row));
}

static size_t find(struct memory_log *memory, uint64_t index)
{
    size_t at = 0;
    while (at < memory_log_rows(memory) && memory_log_row(memory, at)->head.index != index)
        at++;
    return at;
}

static bool get(struct world *world, uint64_t index, struct log_row *ret_row)
{
    struct memory_log *memory = ((struct memory_world *)world)->memory;
    size_t at = find(memory, index);
    if (at == memory_log_rows(memory)) return false;
    *ret_row = *memory_log_row(memory, at);
    return true;
}

static void remove_row(struct world *world, uint64_t index)
{
    struct memory_log *memory = ((struct memory_world *)world)->memory;
    memory_log_remove(memory, find(memory, index));
}

static void pass(struct world *world)
{
    ((struct memory_world *)world)->now_ns += NS_PER_MS;
}

static const struct world_methods methods = {
    .make = make,
    .open = open_log,
    .put = put,
    .get = get,
    .remove = remove_row,
    .pass = pass,
};

int memory_world_set_up(void **state)
{
    struct memory_world *world = calloc(1, sizeof *world);
    REQUIRE(world != NULL);
    world->world.methods = &methods;
    world->world.shop[0] = 7;
    world->now_ns = NS_PER_MS;
    make(&world->world, 1);
    *state = world;
    return 0;
}

int memory_world_tear_down(void **state)
{
    close_all(*state);
    free(*state);
    return 0;
}
