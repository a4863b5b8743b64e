/* method_map.h -- Finds a method by its full name. */
#ifndef RPC_FRAME_METHOD_MAP_H
#define RPC_FRAME_METHOD_MAP_H

#include <stddef.h>

#include "base/status.h"
#include "rpc/method.h"

struct method_map {
    const struct method *
        *slots;  /* NULL: free; a method is in the first free slot from its hash on */
    size_t mask; /* slots - 1; their number is a power of two */
};

/** @param methods  Kept; their names must differ.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status method_map_init(struct method_map *map, const struct method *methods, size_t count);

/** A zeroed map is fine. */
void method_map_deinit(struct method_map *map);

/** @return NULL if there is none. Safe from any thread. */
const struct method *method_map_find(const struct method_map *map, const char *name);

#endif
