/* world.h -- A server without threads: a store in a folder of its own, an engine, and a clock that
 * stands still unless it is moved. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "rpc/dispatch.h"
#include "server/engine/engine.h"
#include "store/store.h"
#include "tests/sim/random.h"

enum { WORLD_MAP_BYTES = 256 * 1024 * 1024, WORLD_FOLDER_BYTES = 256 };

struct world {
    char folder[WORLD_FOLDER_BYTES];
    uint64_t map_bytes;
    unix_ms clock_ms; /* what the engine reads */
    struct random entropy;
    struct engine_world outer;
    struct store *store;
    struct engine *engine;
};

/** A request on its way, in memory. */
struct exchange {
    uint8_t *reply; /* once answered */
    size_t reply_size;
    bool answered;
};

/** Makes the folder and opens store and engine. A failure ends the process. */
void world_open(struct world *world, uint64_t seed, uint64_t map_bytes);

/** Closes all and deletes the folder. */
void world_close(struct world *world);

/** Ends the server in order and starts it again on the same folder. */
void world_restart(struct world *world);

/** @param exchange  Zeroed; must live until it is answered. */
void world_send(struct world *world, enum rpc_socket socket, const uint8_t *bytes, size_t size,
                struct exchange *exchange);

/** Frees the reply. */
void exchange_deinit(struct exchange *exchange);

/** Steps every part once. @return What the writer ended with. */
enum status world_step(struct world *world);

/** Begins the end and answers every frame. */
void world_drain(struct world *world);

#endif
