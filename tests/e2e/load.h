/* load.h -- Threads that charge and hold without end, and remember every answer: what was
 * acknowledged must be there whatever became of the server. */
#ifndef TESTS_E2E_LOAD_H
#define TESTS_E2E_LOAD_H

#include <stdatomic.h>

#include "tests/e2e/buyer.h"
#include "tests/e2e/crowd.h"

enum { LOAD_THREADS = 8, LOAD_COMMANDS_MAX = 4096 };

/** One command and what the caller knows of it. */
struct load_command {
    struct caller_id id;
    uint32_t seat;             /* HALL_SEATS: a charge of 1 */
    enum onsale_status status; /* ONSALE_OK: acknowledged */
};

/** What one thread did, for its own user. */
struct load_diary {
    struct buyer buyer;
    int64_t charged_before; /* by loads before this one */
    size_t count;
    struct load_command commands[LOAD_COMMANDS_MAX];
};

struct load {
    struct shop *shop;
    struct onsale_channel *channel; /* tries each call once */
    atomic_size_t acknowledged;
    atomic_bool stopping;
    struct crowd crowd;
    struct load_diary diaries[LOAD_THREADS];
};

/** Makes the load and its users; starts nothing. To be freed with load_free. */
struct load *load_make(struct shop *shop);

/** NULL is fine. */
void load_free(struct load *load);

/** Starts the threads. Each stops at the first call that the server does not answer. */
void load_start(struct load *load);

/** Waits until so many commands of this start were acknowledged. Fails the test if they never are.
 */
void load_await(struct load *load, size_t acknowledged);

/** Makes the threads stop after the calls under way, answered or not. */
void load_stop(struct load *load);

/** Waits until the threads have stopped. */
void load_join(struct load *load);

/** How many charges took effect although their callers got no answer. The server must be up. */
int64_t load_silent_charges(struct load *load);

/** Looks whether everything that was acknowledged is there, repeats what was not answered, and
 * looks whether everything happened exactly once. Then forgets it. The server must be up. */
void load_verify(struct load *load);

#endif
