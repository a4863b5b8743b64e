#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"

enum { BLOCK_BYTES_MIN = 16 * 1024, ALIGNMENT = 16 };

struct arena_block {
    struct arena_block *next;
    size_t capacity;
    size_t paid_bytes; /* by the arena's share */
    alignas(ALIGNMENT) uint8_t bytes[];
};

void arena_init(struct arena *arena, size_t bytes_max)
{
    *arena = (struct arena){.bytes_max = bytes_max};
}

static void free_from(struct arena *arena, struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *next = block->next;
        if (block->paid_bytes > 0) memory_share_give(arena->share, block->paid_bytes);
        free(block);
        block = next;
    }
}

void arena_deinit(struct arena *arena)
{
    if (arena == NULL) return;
    free_from(arena, arena->first);
    *arena = (struct arena){0};
}

static void arena_use(struct arena *arena, struct arena_block *block)
{
    arena->current = block;
    arena->at = block == NULL ? NULL : block->bytes;
    arena->end = block == NULL ? NULL : block->bytes + block->capacity;
}

void arena_reset(struct arena *arena)
{
    if (arena->first != NULL) {
        free_from(arena, arena->first->next);
        arena->first->next = NULL;
    }
    if (arena->first != NULL && arena->first->paid_bytes > 0) {
        free_from(arena, arena->first);
        arena->first = NULL;
    }
    arena_use(arena, arena->first);
    arena->used = 0;
}

void arena_rewind(struct arena *arena, const struct arena *before)
{
    if (before->current == NULL) {
        arena_reset(arena);
        return;
    }
    free_from(arena, before->current->next);
    before->current->next = NULL;
    bool was_refused = arena->was_refused;
    *arena = *before;
    arena->was_refused = was_refused;
}

void arena_set_share(struct arena *arena, struct memory_share *share)
{
    REQUIRE(arena->used == 0);
    REQUIRE(arena->first == NULL || arena->first->paid_bytes == 0);
    arena->share = share;
    arena->was_refused = false;
}

/* @return False if there is no memory, or the share does not get it. */
static bool add_block_of(struct arena *arena, size_t capacity)
{
    size_t pay = arena->share == NULL ? 0 : sizeof(struct arena_block) + capacity;
    if (!memory_share_take(arena->share, pay)) {
        arena->was_refused = true;
        return false;
    }
    struct arena_block *block = malloc(sizeof *block + capacity);
    if (block == NULL) {
        memory_share_give(arena->share, pay);
        return false;
    }
    *block = (struct arena_block){.capacity = capacity, .paid_bytes = pay};
    if (arena->current == NULL)
        arena->first = block;
    else
        arena->current->next = block;
    arena_use(arena, block);
    return true;
}

static bool add_block(struct arena *arena, size_t size)
{
    return add_block_of(arena, size > BLOCK_BYTES_MIN ? size : BLOCK_BYTES_MIN);
}

bool arena_make_room(struct arena *arena, size_t size)
{
    REQUIRE(arena->first == NULL);
    return add_block_of(arena, (size + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1));
}

static size_t arena_left(const struct arena *arena)
{
    return (size_t)(arena->end - arena->at);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    REQUIRE(arena->used <= arena->bytes_max);
    if (size > arena->bytes_max - arena->used) return NULL;
    size_t padded = (size + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
    if ((padded > arena_left(arena) || arena->current == NULL) && !add_block(arena, padded))
        return NULL;
    void *result = arena->at;
    arena->at += padded;
    arena->used += size;
    return result;
}

bool arena_reserve(struct arena *arena, size_t size)
{
    if (size > arena->bytes_max - arena->used) return false;
    return (arena->current != NULL && size <= arena_left(arena)) || add_block(arena, size);
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) return NULL;
    void *result = arena_alloc(arena, total);
    return result == NULL ? NULL : memset(result, 0, total);
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    void *result = arena_alloc(arena, size);
    return result == NULL || size == 0 ? result : memcpy(result, bytes, size);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1);
    if (text == NULL) return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}
