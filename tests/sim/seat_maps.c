#include "tests/sim/seat_maps.h"

#include <string.h>

const struct seat_map *seat_maps_find(const struct seat_maps *maps, uint32_t performance_id,
                                      uint64_t version)
{
    for (size_t i = 0; i < SEAT_MAPS_MAX && version != 0; i++)
        if (maps->maps[i].performance_id == performance_id && maps->maps[i].version == version)
            return &maps->maps[i];
    return NULL;
}

uint64_t seat_maps_known_version(const struct seat_maps *maps, uint32_t performance_id,
                                 uint64_t age)
{
    size_t kept = maps->count < SEAT_MAPS_MAX ? maps->count : SEAT_MAPS_MAX;
    for (size_t i = 1; i <= kept; i++) {
        const struct seat_map *map = &maps->maps[(maps->count - i) % SEAT_MAPS_MAX];
        if (map->performance_id == performance_id && age-- == 0) return map->version;
    }
    return 0;
}

/* --- An answer over a map --------------------------------------------------------------------- */

static bool put_run(struct seat_map *map, const Onsale__V1__SeatRun *run)
{
    if (run->first_seat_index > map->seats_count ||
        run->seat_count > map->seats_count - run->first_seat_index ||
        run->states.len != (run->seat_count + 3) / 4)
        return false;
    for (uint32_t i = 0; i < run->seat_count; i++)
        map->states[run->first_seat_index + i] = (run->states.data[i / 4] >> (2 * (i % 4))) & 3;
    return true;
}

/* Every seat once. */
static bool covers_every_seat(const Onsale__V1__GetSeatMapResponse *actual)
{
    bool covered[MODEL_SEATS_MAX] = {false};
    uint32_t count = 0;
    for (size_t i = 0; i < actual->n_runs; i++)
        for (uint32_t k = 0; k < actual->runs[i]->seat_count; k++) {
            uint32_t seat = actual->runs[i]->first_seat_index + k;
            if (covered[seat]) return false;
            covered[seat] = true;
            count++;
        }
    return count == actual->seat_count;
}

static void keep(struct seat_maps *maps, const struct seat_map *map)
{
    for (size_t i = 0; i < SEAT_MAPS_MAX; i++) {
        struct seat_map *there = &maps->maps[i];
        if (there->performance_id != map->performance_id || there->version != map->version)
            continue;
        *there = *map;
        return;
    }
    maps->maps[maps->count++ % SEAT_MAPS_MAX] = *map;
}

const char *seat_maps_apply(struct seat_maps *maps, const struct seat_map *base,
                            uint64_t known_version, uint32_t performance_id,
                            const Onsale__V1__GetSeatMapResponse *expected,
                            const Onsale__V1__GetSeatMapResponse *actual)
{
    struct seat_map map = {.seats_count = expected->seat_count};
    if (actual->seat_count != expected->seat_count) return "another number of seats";
    if (base != NULL) map = *base;
    map.performance_id = performance_id;
    map.version = actual->version;
    for (size_t i = 0; i < actual->n_runs; i++)
        if (!put_run(&map, actual->runs[i])) return "a run beyond the seats";
    if (actual->complete && !covers_every_seat(actual)) return "not every seat once";
    if (base == NULL && !actual->complete)
        return known_version == 0 ? "changes to a map that the caller has not" : NULL;

    struct seat_map wanted = {.seats_count = expected->seat_count};
    put_run(&wanted, expected->runs[0]);
    if (memcmp(map.states, wanted.states, sizeof map.states) != 0) return "states of seats";
    keep(maps, &map);
    return NULL;
}
