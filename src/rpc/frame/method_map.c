#include "rpc/frame/method_map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"

enum { HASHED_BYTES_MAX = 12 };

/* FNV-1a of the end of the name, where the names differ. */
static size_t hash(const char *name)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    size_t length = strlen(name);
    for (size_t i = length > HASHED_BYTES_MAX ? length - HASHED_BYTES_MAX : 0; i < length; i++)
        value = (value ^ (uint8_t)name[i]) * UINT64_C(0x100000001b3);
    return (size_t)value;
}

/* The method's slot, or the free one where it belongs: at least half of them are free. */
static const struct method **slot_of(const struct method_map *map, const char *name)
{
    size_t i = hash(name) & map->mask;
    while (map->slots[i] != NULL && strcmp(map->slots[i]->name, name) != 0)
        i = (i + 1) & map->mask;
    return &map->slots[i];
}

enum status method_map_init(struct method_map *map, const struct method *methods, size_t count)
{
    size_t slots = 2;
    while (slots < 2 * count)
        slots *= 2;
    map->mask = slots - 1;
    map->slots = calloc(slots, sizeof *map->slots);
    if (map->slots == NULL) return STATUS_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct method **slot = slot_of(map, methods[i].name);
        REQUIRE(*slot == NULL);
        *slot = &methods[i];
    }
    return STATUS_OK;
}

void method_map_deinit(struct method_map *map)
{
    free(map->slots);
    map->slots = NULL;
}

const struct method *method_map_find(const struct method_map *map, const char *name)
{
    return *slot_of(map, name);
}
