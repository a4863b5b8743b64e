#include "tests/lib/failing_malloc.h"

#include <stdatomic.h>
#include <stdlib.h>

/* The linker's --wrap gives us the first three names for the second three. */
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);

static atomic_size_t left; /* 0: none is to fail */
static atomic_bool failed;

void failing_malloc_arm(size_t number)
{
    atomic_store(&failed, false);
    atomic_store(&left, number);
}

bool failing_malloc_disarm(void)
{
    atomic_store(&left, 0);
    return atomic_load(&failed);
}

static bool is_to_fail(void)
{
    if (atomic_load(&left) == 0 || atomic_fetch_sub(&left, 1) > 1) return false;
    atomic_store(&failed, true);
    return true;
}

void *__wrap_malloc(size_t size)
{
    return is_to_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_to_fail() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return is_to_fail() ? NULL : __real_realloc(block, size);
}
