/* frame_pool.h -- A pool of frames with their arenas: a frame costs no allocation. */
#ifndef RPC_FRAME_FRAME_POOL_H
#define RPC_FRAME_FRAME_POOL_H

#include <pthread.h>

#include "rpc/frame/frame.h"

/** Of each size, at most: nobody pays for the frames in the pool. */
enum { FRAME_POOL_BYTES_MAX = 16 * 1024 * 1024 };

struct frame_pool {
    pthread_mutex_t lock;
    struct {
        struct rpc_frame *first;
        size_t count;
        size_t spare; /* the fewest there were since the last trim: so many were not needed */
    } lists[FRAME_SIZES];
};

void frame_pool_init(struct frame_pool *pool);

/** Frees the frames in it. */
void frame_pool_deinit(struct frame_pool *pool);

/** @return A frame of which only the arenas and the size are set, and empty; NULL if there is no
 * memory. Safe from any thread, as are the functions below. */
struct rpc_frame *frame_pool_take(struct frame_pool *pool, enum frame_size size);

/** Takes a frame back and forgets what is in its arenas; frees it if there are enough. */
void frame_pool_give(struct frame_pool *pool, struct rpc_frame *frame);

/** Frees most of the frames that were not needed since the last time.
 * @return What those that are kept occupy, in bytes. */
size_t frame_pool_trim(struct frame_pool *pool);

/** What an empty frame of this size occupies. Unit: bytes. */
size_t frame_pool_frame_bytes(enum frame_size size);

#endif
