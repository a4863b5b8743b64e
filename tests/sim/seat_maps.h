/* seat_maps.h -- What a caller knows of the seats: maps by their version, kept up to date by the
 * runs of the answers. */
#ifndef SIM_SEAT_MAPS_H
#define SIM_SEAT_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "onsale/v1/catalog.pb-c.h"
#include "tests/sim/model/model.h"

enum { SEAT_MAPS_MAX = 1024 };

struct seat_map {
    uint32_t performance_id;
    uint64_t version;
    uint32_t seats_count;
    uint8_t states[MODEL_SEATS_MAX]; /* the two bits of each seat */
};

struct seat_maps {
    size_t count; /* ever: the newest SEAT_MAPS_MAX are kept */
    struct seat_map maps[SEAT_MAPS_MAX];
};

/** @return NULL if the caller has no such map. */
const struct seat_map *seat_maps_find(const struct seat_maps *maps, uint32_t performance_id,
                                      uint64_t version);

/** A version that the caller knows.
 * @param age  0 for the newest, 1 for the one before.
 * @return 0 if there are not so many. */
uint64_t seat_maps_known_version(const struct seat_maps *maps, uint32_t performance_id,
                                 uint64_t age);

/** Puts an answer over the map that the caller had, and keeps the result.
 * @param base      NULL if the caller had none.
 * @param known_version  What the caller said it had: if that was a lie, the answer is not judged.
 * @param expected  The states as one run.
 * @return NULL, or what is wrong with the answer. */
const char *seat_maps_apply(struct seat_maps *maps, const struct seat_map *base,
                            uint64_t known_version, uint32_t performance_id,
                            const Onsale__V1__GetSeatMapResponse *expected,
                            const Onsale__V1__GetSeatMapResponse *actual);

#endif
