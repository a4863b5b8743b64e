/* crowd.h -- Many threads that begin the same thing at the same moment. */
#ifndef TESTS_E2E_CROWD_H
#define TESTS_E2E_CROWD_H

#include <pthread.h>
#include <stddef.h>

enum { CROWD_MAX = 64 };

struct crowd;

struct crowd_member {
    struct crowd *crowd;
    size_t index; /* 0..count-1 */
    pthread_t thread;
};

struct crowd {
    size_t count;
    void (*act)(void *context, size_t index);
    void *context;
    pthread_barrier_t start;
    struct crowd_member members[CROWD_MAX];
};

/** Starts `count` threads that each call `act` once with their index. `act` must not assert: it
 * notes what it sees, and the test looks after the join.
 * @param count  1..CROWD_MAX. */
void crowd_start(struct crowd *crowd, size_t count, void (*act)(void *context, size_t index),
                 void *context);

/** Waits until all have returned. */
void crowd_join(struct crowd *crowd);

/** Start and join. */
void crowd_run(size_t count, void (*act)(void *context, size_t index), void *context);

#endif
