/* world.h -- A server without threads: a store in a folder of its own, an engine, and a clock that
 * stands still unless it is moved. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdint.h>

#include "base/status.h"
#include "base/time.h"
#include "server/engine/engine.h"
#include "store/lasting_word.h"
#include "store/store.h"
#include "tests/lib/memory_transport.h"
#include "tests/sim/random.h"

enum { WORLD_MAP_BYTES = 256 * 1024 * 1024, WORLD_JUMP_MS_MAX = 60 * 1000 };

struct world {
    char *folder;
    uint64_t map_bytes;
    unix_ms clock_ms; /* what the engine reads; to set it: world_set_clock */
    int64_t set_ms;   /* how far it was set ahead: the monotonic clock knows nothing of that */
    int64_t set_at_restart_ms; /* so far it is set before the next start */
    struct lasting_word floor;
    struct random entropy;
    struct engine_world outer;
    void (*act)(struct world *world); /* so that one thread does what others may do meanwhile: */
    unsigned act_after;               /* once, when the clock was read and had been so many times */
    unsigned wakes[ENGINE_PARTS];     /* how often each part was told that it has something to do */
    struct store *store;
    struct engine *engine;
};

/** Makes the folder and opens store and engine. A failure ends the process.
 * @param sweep_holds_max  Holds reaped in a batch, 1..SWEEP_HOLDS_MAX: with few, what ended stays
 * unreaped for long. */
void world_open(struct world *world, uint64_t seed, uint64_t map_bytes, uint32_t sweep_holds_max);

/** The same on a copy of the data.mdb in a folder, at this time. */
void world_open_on(struct world *world, const char *data_folder, unix_ms clock_ms);

/** Answers what waits, closes all and deletes the folder. */
void world_close(struct world *world);

/** Ends the server in order and starts it again on the same folder. */
void world_restart(struct world *world);

/** Answers what waits, ends the server as `kill -9` does, and starts it on what it left. */
void world_crash(struct world *world);

/** Sets the clock ahead, or back. To let time pass add to clock_ms: both clocks go on. */
void world_set_clock(struct world *world, int64_t by_ms);

/** Hands a frame to the server. */
void world_send(struct world *world, enum rpc_socket socket, struct memory_exchange *exchange);

/** The same for one that only reads; steps those who serve it. */
void world_read(struct world *world, enum rpc_socket socket, struct memory_exchange *exchange);

/** Steps every part once. @return What the writer ended with. */
enum status world_step(struct world *world);

/** Makes every step of the checkpoint that is called for. */
void world_keep(struct world *world);

/** Begins the end and answers every frame. */
void world_drain(struct world *world);

#endif
