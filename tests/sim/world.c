#include "tests/sim/world.h"
#include "server/method_table.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/require.h"
#include "tests/lib/temp_folder.h"

enum { READERS_MAX = 16, JOURNAL_BYTES = 1 << 20, PIECE_BYTES = 64 * 1024, NS_PER_MS = 1000000 };

#define START_MS INT64_C(1800000000000)

/* --- The outer world -------------------------------------------------------------------------- */

static void act(struct world *world)
{
    void (*act_once)(struct world *) = world->act;
    world->act = NULL;
    act_once(world);
}

static unix_ms read_clock(void *context)
{
    struct world *world = context;
    unix_ms now_ms = world->clock_ms;
    if (world->act != NULL && world->act_after-- == 0) act(world);
    return now_ms;
}

static int64_t read_monotonic(void *context)
{
    const struct world *world = context;
    return world->clock_ms - world->set_ms;
}

static int64_t read_ticks(void *context)
{
    return read_monotonic(context) * NS_PER_MS;
}

static void draw_entropy(void *context, uint8_t *bytes, size_t size)
{
    random_fill(&((struct world *)context)->entropy, bytes, size);
}

static void wake(void *context, enum engine_part part)
{
    ((struct world *)context)->wakes[part]++; /* every part is stepped anyway */
}

static struct engine_connections count_connections(void *context)
{
    (void)context;
    return (struct engine_connections){.open = 1};
}

static struct engine_process no_process(void *context)
{
    (void)context;
    return (struct engine_process){0};
}

void world_set_clock(struct world *world, int64_t by_ms)
{
    world->clock_ms += by_ms;
    world->set_ms += by_ms;
}

/* --- The server ------------------------------------------------------------------------------- */

static void open_server(struct world *world)
{
    struct store_options options = {
        .path = world->folder,
        .map_bytes = world->map_bytes,
        .room_bytes = 0,
        .journal_bytes = JOURNAL_BYTES,
        .readers_max = READERS_MAX,
    };
    char problem[STORE_PROBLEM_BYTES] = "";
    world_set_clock(world, world->set_at_restart_ms);
    world->set_at_restart_ms = 0;
    enum status err = store_open(&options, problem, &world->store);
    if (err != STATUS_OK) fprintf(stderr, "%s: %s\n", status_name(err), problem);
    REQUIRE(err == STATUS_OK);
    lasting_word_open(&world->floor, world->folder);
    world->outer.clock_floor = world->floor.at;
    struct engine_methods methods = {method_table, method_table_count};
    REQUIRE(engine_open(world->store, &world->outer, methods, &memory_transport, &world->engine) ==
            STATUS_OK);
}

static void close_server(struct world *world)
{
    world_drain(world);
    engine_close(world->engine);
    lasting_word_close(&world->floor);
    store_close(world->store);
}

static void make_world(struct world *world, uint64_t seed, uint64_t map_bytes,
                       uint32_t sweep_holds_max)
{
    *world = (struct world){
        .folder = temp_folder_make_simulated(),
        .map_bytes = map_bytes,
        .clock_ms = START_MS,
        .entropy = random_make(~seed),
        .outer = {.context = world,
                  .clock_ms = read_clock,
                  .monotonic_ms = read_monotonic,
                  .ticks_ns = read_ticks,
                  .entropy = draw_entropy,
                  .wake = wake,
                  .connections = count_connections,
                  .process = no_process,
                  .clock_jump_max_ms = WORLD_JUMP_MS_MAX,
                  .sweep_holds_max = sweep_holds_max,
                  .large_reads_max = 1},
    };
}

void world_open(struct world *world, uint64_t seed, uint64_t map_bytes, uint32_t sweep_holds_max)
{
    make_world(world, seed, map_bytes, sweep_holds_max);
    open_server(world);
}

void world_open_on(struct world *world, const char *data_folder, unix_ms clock_ms)
{
    make_world(world, 1, WORLD_MAP_BYTES, SWEEP_HOLDS_MAX);
    temp_folder_copy_file(data_folder, world->folder, "data.mdb");
    world->clock_ms = clock_ms;
    open_server(world);
}

void world_close(struct world *world)
{
    close_server(world);
    temp_folder_remove(world->folder);
}

void world_restart(struct world *world)
{
    close_server(world);
    open_server(world);
}

/* What the files have now is what a process that is killed leaves: the copy knows of no closing. */
void world_crash(struct world *world)
{
    char *left = temp_folder_make_simulated();
    world_drain(world);
    temp_folder_copy_file(world->folder, left, "data.mdb");
    temp_folder_copy_file(world->folder, left, "onsale.journal");
    temp_folder_copy_file(world->folder, left, "onsale.journal.flushed");
    temp_folder_copy_file(world->folder, left, "onsale.clock");
    close_server(world);
    temp_folder_remove(world->folder);
    world->folder = left;
    open_server(world);
}

/* --- Steps ------------------------------------------------------------------------------------ */

static void work(struct world *world)
{
    while (engine_run_slow(world->engine)) {
    }
}

void world_send(struct world *world, enum rpc_socket socket, struct memory_exchange *exchange)
{
    memory_exchange_dispatch(exchange, engine_dispatcher(world->engine), socket);
}

void world_read(struct world *world, enum rpc_socket socket, struct memory_exchange *exchange)
{
    world_send(world, socket, exchange);
    if (atomic_load(&exchange->answers) > 0) return;
    REQUIRE(engine_commit(world->engine) == STATUS_OK);
    work(world);
}

enum status world_step(struct world *world)
{
    engine_follow_clock(world->engine);
    work(world);
    enum status err = engine_write(world->engine);
    REQUIRE(engine_flush(world->engine) == STATUS_OK);
    enum engine_more more;
    REQUIRE(engine_checkpoint(world->engine, PIECE_BYTES, &more) == STATUS_OK);
    engine_watch(world->engine);
    work(world); /* what had to be shown first */
    return err;
}

void world_keep(struct world *world)
{
    enum engine_more more;
    do
        REQUIRE(engine_checkpoint(world->engine, PIECE_BYTES, &more) == STATUS_OK);
    while (more != ENGINE_NO_MORE);
}

void world_drain(struct world *world)
{
    engine_drain(world->engine);
    while (rpc_dispatcher_frames_in_flight(engine_dispatcher(world->engine)) > 0)
        world_step(world);
}
