#include "tests/sim/world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/require.h"

enum { READERS_MAX = 16 };

/* --- The outer world -------------------------------------------------------------------------- */

static unix_ms read_clock(void *context)
{
    return ((struct world *)context)->clock_ms;
}

static void draw_entropy(void *context, uint8_t *bytes, size_t size)
{
    random_fill(&((struct world *)context)->entropy, bytes, size);
}

static void wake(void *context, enum engine_part part)
{
    (void)context, (void)part; /* every part is stepped anyway */
}

static size_t count_connections(void *context)
{
    (void)context;
    return 1;
}

static uint8_t *reply_alloc(void *context, size_t size)
{
    struct exchange *exchange = context;
    REQUIRE(exchange->reply == NULL);
    exchange->reply = malloc(size > 0 ? size : 1);
    exchange->reply_size = size;
    return exchange->reply;
}

static void reply_send(void *context)
{
    struct exchange *exchange = context;
    REQUIRE(!exchange->answered);
    exchange->answered = true;
}

static const struct rpc_transport memory_transport = {reply_alloc, reply_send};

void exchange_deinit(struct exchange *exchange)
{
    free(exchange->reply);
    *exchange = (struct exchange){0};
}

/* --- The server ------------------------------------------------------------------------------- */

static void open_server(struct world *world)
{
    struct store_options options = {
        .path = world->folder,
        .map_bytes = world->map_bytes,
        .room_bytes = 0,
        .readers_max = READERS_MAX,
    };
    char problem[STORE_PROBLEM_BYTES] = "";
    enum status err = store_open(&options, problem, &world->store);
    if (err != STATUS_OK) fprintf(stderr, "%s: %s\n", status_name(err), problem);
    REQUIRE(err == STATUS_OK);
    REQUIRE(engine_open(world->store, &world->outer, &memory_transport, &world->engine) ==
            STATUS_OK);
}

static void close_server(struct world *world)
{
    engine_close(world->engine);
    store_close(world->store);
}

static void delete_folder(const char *path)
{
    DIR *folder = opendir(path);
    REQUIRE(folder != NULL);
    for (struct dirent *item; (item = readdir(folder)) != NULL;) {
        char file[2 * WORLD_FOLDER_BYTES + sizeof item->d_name];
        snprintf(file, sizeof file, "%s/%s", path, item->d_name);
        unlink(file); /* fails for the folder itself and its parent */
    }
    closedir(folder);
    rmdir(path);
}

void world_open(struct world *world, uint64_t seed, uint64_t map_bytes)
{
    *world = (struct world){
        .map_bytes = map_bytes,
        .clock_ms = INT64_C(1800000000000),
        .entropy = random_make(~seed),
        .outer = {world, read_clock, draw_entropy, wake, count_connections},
    };
    const char *temporary = getenv("TMPDIR");
    snprintf(world->folder, sizeof world->folder, "%s/onsale-sim-XXXXXX",
             temporary != NULL ? temporary : "/tmp");
    REQUIRE(mkdtemp(world->folder) != NULL);
    open_server(world);
}

void world_close(struct world *world)
{
    close_server(world);
    delete_folder(world->folder);
}

void world_restart(struct world *world)
{
    world_drain(world);
    close_server(world);
    open_server(world);
}

/* --- Steps ------------------------------------------------------------------------------------ */

void world_send(struct world *world, enum rpc_socket socket, const uint8_t *bytes, size_t size,
                struct exchange *exchange)
{
    rpc_dispatch(engine_dispatcher(world->engine), socket, bytes, size, exchange);
}

enum status world_step(struct world *world)
{
    while (engine_work(world->engine)) {
    }
    enum status err = engine_write(world->engine);
    engine_watch(world->engine);
    return err;
}

void world_drain(struct world *world)
{
    engine_drain(world->engine);
    while (rpc_dispatcher_frames_in_flight(engine_dispatcher(world->engine)) > 0)
        world_step(world);
}
