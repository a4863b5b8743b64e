/* map.h -- Where LMDB maps its data file. It does not say, so the kernel is asked. For src/store
 * only. */
#ifndef STORE_MAP_H
#define STORE_MAP_H

#include <stdint.h>

/** Finds the mapping of a data.mdb that has this size. @return Its start; NULL if there is none. */
const void *map_find(uint64_t bytes);

#endif
