#include "rpc/frame/frame_pool.h"

#include <stdlib.h>

#include "base/limits.h"

/* Enough for a frame of 64 small calls. */
enum { ARENA_BYTES_KEPT = 64 * 1024 };

void frame_pool_init(struct frame_pool *pool)
{
    pthread_mutex_init(&pool->lock, NULL);
    pool->first = NULL;
}

static void frame_free(struct rpc_frame *frame)
{
    arena_deinit(&frame->arena);
    arena_deinit(&frame->slow_arena);
    free(frame);
}

void frame_pool_deinit(struct frame_pool *pool)
{
    while (pool->first != NULL) {
        struct rpc_frame *frame = pool->first;
        pool->first = frame->next;
        frame_free(frame);
    }
    pthread_mutex_destroy(&pool->lock);
}

/* A reset keeps the first block of an arena: this makes it one of the size wanted. */
static struct rpc_frame *frame_make(void)
{
    struct rpc_frame *frame = calloc(1, sizeof *frame);
    if (frame == NULL) return NULL;
    arena_init(&frame->arena, FRAME_ARENA_BYTES_MAX);
    arena_init(&frame->slow_arena, FRAME_ARENA_BYTES_MAX);
    if (arena_alloc(&frame->arena, ARENA_BYTES_KEPT) == NULL) {
        frame_free(frame);
        return NULL;
    }
    arena_reset(&frame->arena);
    return frame;
}

struct rpc_frame *frame_pool_take(struct frame_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    struct rpc_frame *frame = pool->first;
    if (frame != NULL) pool->first = frame->next;
    pthread_mutex_unlock(&pool->lock);
    return frame != NULL ? frame : frame_make();
}

void frame_pool_give(struct frame_pool *pool, struct rpc_frame *frame)
{
    arena_reset(&frame->arena);
    arena_reset(&frame->slow_arena);
    pthread_mutex_lock(&pool->lock);
    frame->next = pool->first;
    pool->first = frame;
    pthread_mutex_unlock(&pool->lock);
}
