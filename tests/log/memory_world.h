/* memory_world.h -- A log in memory, on a clock that the test moves. */
#ifndef TESTS_LOG_MEMORY_WORLD_H
#define TESTS_LOG_MEMORY_WORLD_H

#include "log/memory/memory.h"
#include "tests/log/world.h"

struct memory_world {
    struct world world; /* the first member */
    struct memory_log *memory;
    int64_t now_ns;
};

/** For cmocka. */
int memory_world_set_up(void **state);
int memory_world_tear_down(void **state);

#endif
