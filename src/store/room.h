/* room.h -- Disk space allocated ahead of the data. For src/store only; the writer's alone.
 *
 * A commit that finds the disk full has written some of its pages and must be thought of as failed
 * half-way. So space for a whole write is allocated before the write begins. */
#ifndef STORE_ROOM_H
#define STORE_ROOM_H

#include <stdint.h>

#include "base/status.h"

struct room {
    int fd;                   /* of the data file, borrowed */
    uint64_t map_bytes;       /* the file never grows beyond it */
    uint64_t ahead_bytes;     /* wanted behind the pages in use */
    uint64_t allocated_bytes; /* of the file, as far as we know */
};

/** Sees to it that `ahead_bytes` behind the used ones are allocated, or all that the map allows.
 * Costs nothing as long as the last allocation suffices, and tries anew after a failure.
 * @return STATUS_OK; STATUS_STORAGE_FULL; STATUS_STORAGE_FAILED. */
enum status room_ensure(struct room *room, uint64_t used_bytes);

#endif
