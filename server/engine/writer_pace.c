#include "server/engine/writer_pace.h"

#include "base/limits.h"
#include "base/require.h"

enum { US_PER_MS = 1000 };

_Static_assert(WRITER_PACE_LASTS_MS >= 1, "what was learned is forgotten in time");

_Static_assert((int)WRITER_PACE_MANY <= (int)WRITER_BATCH_MAX,
               "a batch may be large enough to be learned from");
_Static_assert(WRITER_PACE_MANY >= 1, "what is learned is a share of the commands");

void writer_pace_begin(struct writer_pace *pace, size_t commands, int64_t now_ms)
{
    REQUIRE(commands <= WRITER_BATCH_MAX);
    pace->began_ms = now_ms;
    atomic_store_explicit(&pace->executing, commands, memory_order_relaxed);
}

void writer_pace_learn(struct writer_pace *pace, int64_t now_ms)
{
    size_t commands = atomic_load(&pace->executing);
    uint32_t before_us = atomic_load(&pace->us_per_command);
    if (commands >= WRITER_PACE_MANY) {
        uint32_t us = (uint32_t)((uint64_t)(now_ms - pace->began_ms) * US_PER_MS / commands);
        atomic_store(&pace->us_per_command, before_us == 0 ? us : (before_us + us) / 2);
        pace->learned_ms = now_ms;
    } else if (before_us > 0 && now_ms - pace->learned_ms >= WRITER_PACE_LASTS_MS) {
        atomic_store(&pace->us_per_command, before_us / 2);
        pace->learned_ms = now_ms;
    }
    writer_pace_forget(pace);
}

void writer_pace_forget(struct writer_pace *pace)
{
    atomic_store_explicit(&pace->executing, 0, memory_order_relaxed);
}

bool writer_pace_is_known(const struct writer_pace *pace)
{
    return atomic_load_explicit(&pace->us_per_command, memory_order_relaxed) > 0;
}

uint32_t writer_pace_wait_ms(struct writer_pace *pace, size_t waiting)
{
    if (waiting < WRITER_PACE_MANY) return 0;
    uint64_t commands = waiting + atomic_load_explicit(&pace->executing, memory_order_relaxed);
    return (uint32_t)(commands * atomic_load(&pace->us_per_command) / US_PER_MS);
}
