/* frame_pool.h -- Frames with their arenas, kept for the next one: no allocation per frame. */
#ifndef RPC_FRAME_FRAME_POOL_H
#define RPC_FRAME_FRAME_POOL_H

#include <pthread.h>

#include "rpc/frame/frame.h"

struct frame_pool {
    pthread_mutex_t lock;
    struct rpc_frame *first;
};

void frame_pool_init(struct frame_pool *pool);

/** Frees the frames in it. */
void frame_pool_deinit(struct frame_pool *pool);

/** @return A frame of which only the arena is set, and empty; NULL if there is no memory.
 * Safe from any thread, as is frame_pool_give. */
struct rpc_frame *frame_pool_take(struct frame_pool *pool);

/** Takes a frame back and forgets what is in its arena. */
void frame_pool_give(struct frame_pool *pool, struct rpc_frame *frame);

#endif
