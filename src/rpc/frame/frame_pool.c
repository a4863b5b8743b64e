#include "rpc/frame/frame_pool.h"

#include <stdlib.h>

#include "base/limits.h"

/* Enough for a call or two, for a frame of 64 small calls, and for a long poll. */
static const size_t arena_bytes_kept[FRAME_SIZES] = {
    [FRAME_SMALL] = 8 * 1024,
    [FRAME_USUAL] = 64 * 1024,
    [FRAME_WAITING] = 2 * 1024,
};

enum { KEPT_MIN = 16 };

void frame_pool_init(struct frame_pool *pool)
{
    *pool = (struct frame_pool){.lock = PTHREAD_MUTEX_INITIALIZER};
}

static void frame_free(struct rpc_frame *frame)
{
    arena_deinit(&frame->arena);
    arena_deinit(&frame->slow_arena);
    free(frame);
}

static void free_all(struct rpc_frame *frame)
{
    while (frame != NULL) {
        struct rpc_frame *next = frame->next;
        frame_free(frame);
        frame = next;
    }
}

void frame_pool_deinit(struct frame_pool *pool)
{
    for (size_t i = 0; i < FRAME_SIZES; i++)
        free_all(pool->lists[i].first);
    pthread_mutex_destroy(&pool->lock);
}

static struct rpc_frame *frame_make(enum frame_size size)
{
    struct rpc_frame *frame = calloc(1, sizeof *frame);
    if (frame == NULL) return NULL;
    frame->size = size;
    arena_init(&frame->arena, FRAME_ARENA_BYTES_MAX);
    arena_init(&frame->slow_arena, FRAME_ARENA_BYTES_MAX);
    if (!arena_make_room(&frame->arena, arena_bytes_kept[size])) {
        frame_free(frame);
        return NULL;
    }
    arena_reset(&frame->arena);
    return frame;
}

struct rpc_frame *frame_pool_take(struct frame_pool *pool, enum frame_size size)
{
    pthread_mutex_lock(&pool->lock);
    struct rpc_frame *frame = pool->lists[size].first;
    if (frame != NULL) {
        pool->lists[size].first = frame->next;
        if (--pool->lists[size].count < pool->lists[size].spare) pool->lists[size].spare--;
    }
    pthread_mutex_unlock(&pool->lock);
    return frame != NULL ? frame : frame_make(size);
}

void frame_pool_give(struct frame_pool *pool, struct rpc_frame *frame)
{
    arena_reset(&frame->arena);
    arena_deinit(&frame->slow_arena);
    arena_init(&frame->slow_arena, FRAME_ARENA_BYTES_MAX);
    pthread_mutex_lock(&pool->lock);
    bool has_room = (pool->lists[frame->size].count + 1) * frame_pool_frame_bytes(frame->size) <=
                    FRAME_POOL_BYTES_MAX;
    if (has_room) {
        frame->next = pool->lists[frame->size].first;
        pool->lists[frame->size].first = frame;
        pool->lists[frame->size].count++;
    }
    pthread_mutex_unlock(&pool->lock);
    if (!has_room) frame_free(frame);
}

/* Takes those off that were not needed, but for a few. */
static struct rpc_frame *take_spare(struct frame_pool *pool, enum frame_size size)
{
    struct rpc_frame *spare = NULL;
    while (pool->lists[size].spare > KEPT_MIN) {
        struct rpc_frame *frame = pool->lists[size].first;
        pool->lists[size].first = frame->next;
        pool->lists[size].count--;
        pool->lists[size].spare--;
        frame->next = spare;
        spare = frame;
    }
    pool->lists[size].spare = pool->lists[size].count;
    return spare;
}

size_t frame_pool_trim(struct frame_pool *pool)
{
    size_t kept_bytes = 0;
    for (size_t i = 0; i < FRAME_SIZES; i++) {
        pthread_mutex_lock(&pool->lock);
        struct rpc_frame *spare = take_spare(pool, (enum frame_size)i);
        kept_bytes += pool->lists[i].count * frame_pool_frame_bytes((enum frame_size)i);
        pthread_mutex_unlock(&pool->lock);
        free_all(spare);
    }
    return kept_bytes;
}

size_t frame_pool_frame_bytes(enum frame_size size)
{
    return sizeof(struct rpc_frame) + arena_bytes_kept[size];
}
