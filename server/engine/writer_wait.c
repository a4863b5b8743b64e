#include "server/engine/writer_wait.h"

#include "base/limits.h"
#include "base/require.h"

enum { US_PER_MS = 1000 };

void writer_wait_begin_batch(struct writer_wait *wait, size_t commands, int64_t now_ms)
{
    REQUIRE(commands <= WRITER_BATCH_MAX);
    REQUIRE(atomic_load(&wait->executing) == 0);
    wait->began_ms = now_ms;
    wait->commands += commands;
    atomic_store(&wait->executing, commands);
}

/* Short batches are measured by what several take: the clock has milliseconds. */
void writer_wait_end_batch(struct writer_wait *wait, int64_t now_ms)
{
    REQUIRE(wait->commands >= atomic_load(&wait->executing));
    wait->worked_ms += now_ms - wait->began_ms;
    if (wait->worked_ms >= WRITER_WAIT_LEARNS_MS && wait->commands > 0) {
        uint64_t us = (uint64_t)wait->worked_ms * US_PER_MS / wait->commands;
        atomic_store(&wait->us_per_command, (uint32_t)us);
        wait->worked_ms = 0;
        wait->commands = 0;
    }
    atomic_store(&wait->executing, 0);
}

uint32_t writer_wait_ms(struct writer_wait *wait, size_t waiting)
{
    uint64_t commands = waiting + atomic_load(&wait->executing);
    return (uint32_t)(commands * atomic_load(&wait->us_per_command) / US_PER_MS);
}
