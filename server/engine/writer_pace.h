/* writer_pace.h -- How long a command that comes now will wait for the writer, by how many are
 * before it and how long the writer took for one of late. Pure: the clock is an argument.
 *
 * Only large batches are learned from, since small ones take the time of a flush and not of their
 * commands; and only a long queue makes anybody wait, since all of a short one are executed
 * together. */
#ifndef SERVER_WRITER_PACE_H
#define SERVER_WRITER_PACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WRITER_PACE_MANY = 256, WRITER_PACE_LASTS_MS = 1000 };

/** A zeroed one knows nothing: nobody waits. */
struct writer_pace {
    int64_t began_ms;   /* the writer's: the batch that is being executed */
    int64_t learned_ms; /* the writer's: when it learned last, or forgot a half */
    atomic_size_t executing;
    _Atomic uint32_t us_per_command;
};

/** The writer begins a batch. @param now_ms  Of a clock that never jumps. */
void writer_pace_begin(struct writer_pace *pace, size_t commands, int64_t now_ms);

/** The batch was executed. What was learned long ago is forgotten, half of it each
 * WRITER_PACE_LASTS_MS. */
void writer_pace_learn(struct writer_pace *pace, int64_t now_ms);

/** The batch was refused: that says nothing. */
void writer_pace_forget(struct writer_pace *pace);

/** Whether anybody is thought to wait. Safe from any thread. */
bool writer_pace_is_known(const struct writer_pace *pace);

/** @param waiting  Commands that wait for the writer, without those being executed.
 * Safe from any thread. @return 0 with less than WRITER_PACE_MANY. Unit: milliseconds. */
uint32_t writer_pace_wait_ms(struct writer_pace *pace, size_t waiting);

#endif
