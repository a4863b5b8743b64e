/* seat_maps.h -- A cache of seat maps: the states of all seats of a performance.
 *
 * Callers ask for the same maps while few seats change. So a map is made once for each version,
 * from the cached one and the changed blocks, and copied for each caller. All functions are safe
 * from any thread. */
#ifndef SERVER_SEAT_MAPS_H
#define SERVER_SEAT_MAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/time.h"
#include "model/catalog.h"
#include "store/store.h"

struct seat_maps;

/** A map at one moment. */
struct seat_map {
    uint32_t blocks_count; /* of SEATS_PER_BLOCK seats */
    uint64_t *versions;    /* per block: number of the event that changed it last */
    uint8_t *states;       /* SEAT_BLOCK_STATE_BYTES per block, as seat_block_states gives them */
    bool *expired;         /* per block: whether it has an expired hold */
    unix_ms *holds_until;  /* of seat_maps alone: per block, when the first of its holds ends */
};

enum status seat_maps_open(struct seat_maps **ret_maps);

/** NULL is fine. */
void seat_maps_close(struct seat_maps *maps);

/** Gives the map of a performance, from memory if what is there still holds.
 *
 * @param version  The performance's in this transaction.
 * @param ret_map  In the arena. Set if true is returned only.
 * @return False if memory is out. */
bool seat_maps_get(struct seat_maps *maps, struct store_txn *txn, struct arena *arena,
                   const struct performance *performance, uint64_t version, unix_ms now_ms,
                   struct seat_map *ret_map);

#endif
