#include "tests/lib/failing_malloc.h"

#include <stdlib.h>

/* The linker's --wrap gives us the first three names for the second three. */
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);

/* Of the thread that has armed it: what others ask for is not the test's. */
static _Thread_local size_t left; /* 0: none is to fail */
static _Thread_local bool failed;

void failing_malloc_arm(size_t number)
{
    failed = false;
    left = number;
}

bool failing_malloc_disarm(void)
{
    left = 0;
    return failed;
}

static bool is_to_fail(void)
{
    if (left == 0 || left-- > 1) return false;
    failed = true;
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
