/* writer_wait.h -- How long a command that comes now will wait for the writer, by how many are
 * before it and how long the writer took for one of late. Pure: the clock is an argument. */
#ifndef SERVER_ENGINE_WRITER_WAIT_H
#define SERVER_ENGINE_WRITER_WAIT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { WRITER_WAIT_LEARNS_MS = 20 };

/** Zeroed at the start: nobody is thought to wait before the writer has worked for
 * WRITER_WAIT_LEARNS_MS. */
struct writer_wait {
    int64_t began_ms;  /* the writer's: the batch that is being executed */
    int64_t worked_ms; /* the writer's: since it has learned last */
    uint64_t commands; /* the writer's: executed meanwhile */
    atomic_size_t executing;
    atomic_uint_fast32_t us_per_command;
};

/** The writer begins a batch. @param now_ms  Of a clock that never jumps. */
void writer_wait_begin_batch(struct writer_wait *wait, size_t commands, int64_t now_ms);

/** The batch was executed. */
void writer_wait_end_batch(struct writer_wait *wait, int64_t now_ms);

/** @param waiting  Commands that wait for the writer, without those being executed.
 * Safe from any thread. Unit: milliseconds. */
uint32_t writer_wait_ms(struct writer_wait *wait, size_t waiting);

#endif
