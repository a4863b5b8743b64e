/* arena.h -- An arena: memory that is allocated piece by piece and freed all at once. One serves
 * one frame. Not safe from two threads at once; a frame is handed from thread to thread, never
 * shared. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory_budget.h"

struct arena_block;

struct arena {
    struct arena_block *first;   /* kept over resets */
    struct arena_block *current; /* allocations come from here: */
    unsigned char *at;           /* what is free of it */
    unsigned char *end;
    size_t used;                /* bytes handed out of all blocks since the last reset */
    size_t bytes_max;           /* quota of `used` */
    struct memory_share *share; /* what pays for blocks; NULL: nothing does */
    bool was_refused;           /* by the share, since it was set */
};

/** Makes an empty arena; it allocates on first use.
 * @param bytes_max  Quota: allocations beyond it fail. */
void arena_init(struct arena *arena, size_t bytes_max);

/** Frees everything. NULL and a zeroed arena are fine. */
void arena_deinit(struct arena *arena);

/** Allocates the first block of an arena that has none yet: of just so many bytes.
 * @return False if the share or the memory is used up. */
bool arena_make_room(struct arena *arena, size_t size);

/** Forgets all allocations, and keeps the first block for the next frame unless a share paid it. */
void arena_reset(struct arena *arena);

/** Says what pays for the blocks that are allocated from now on, until they are freed. The arena
 * must be empty, as after a reset.
 * @param share  NULL: nothing does. Must outlive the blocks. */
void arena_set_share(struct arena *arena, struct memory_share *share);

/** @return `size` bytes aligned for any type, not cleared; NULL if the quota, the share or the
 * memory is used up. Never NULL for size 0 otherwise. Valid until reset. */
void *arena_alloc(struct arena *arena, size_t size);

/** Forgets the allocations that were made since the arena was copied to `before`. It must not have
 * been reset meanwhile. */
void arena_rewind(struct arena *arena, const struct arena *before);

/** Makes sure that allocations of `size` bytes in all will not fail.
 * @return False if the quota, the share or the memory is used up. */
bool arena_reserve(struct arena *arena, size_t size);

/** As arena_alloc for `count` elements, cleared. NULL also if the product overflows. */
void *arena_calloc(struct arena *arena, size_t count, size_t size);

/** A copy of `size` bytes. */
void *arena_copy(struct arena *arena, const void *bytes, size_t size);

/** printf into the arena. @return NUL-terminated; NULL if it does not fit. */
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *arena, const char *format,
                                                         ...);

#endif
