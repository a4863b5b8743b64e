#include "server/engine/clock.h"

#include <stddef.h>

#include "base/require.h"

/* In the word of the floor the time comes first, so that words compare as their times do; a check
 * of it follows, for a disk may lie. 44 bits of milliseconds reach to the year 2527. */
enum { CHECK_BITS = 20, TIME_BITS = 64 - CHECK_BITS };

#define TIME_MAX ((INT64_C(1) << TIME_BITS) - 1)

/* Threads read the clocks and come here in any order. */
enum { BEHIND_TOLD_MS = 1000 };

static unix_ms within_range(int64_t time_ms)
{
    if (time_ms < 0) return 0;
    return time_ms < TIME_MAX ? time_ms : TIME_MAX;
}

static uint64_t word_of(unix_ms time_ms)
{
    REQUIRE(time_ms >= 0);
    REQUIRE(time_ms <= TIME_MAX);
    uint64_t check = (uint64_t)time_ms * UINT64_C(0x9e3779b97f4a7c15) >> TIME_BITS;
    return (uint64_t)time_ms << CHECK_BITS | check;
}

static unix_ms time_of(uint64_t word)
{
    return (unix_ms)(word >> CHECK_BITS);
}

/* @return The floor after it: no less than `time_ms`. */
static unix_ms raise_floor(struct clock *clock, unix_ms time_ms)
{
    uint64_t before = atomic_load(clock->floor);
    if (time_of(before) >= time_ms) return time_of(before);
    uint64_t word = word_of(time_ms);
    while (before < word)
        if (atomic_compare_exchange_weak(clock->floor, &before, word)) return time_ms;
    REQUIRE(time_of(before) >= time_ms);
    return time_of(before);
}

void clock_open(struct clock *clock, struct clock_reading at, unix_ms least_ms, int64_t jump_max_ms,
                _Atomic uint64_t *floor)
{
    REQUIRE(jump_max_ms > 0);
    REQUIRE(floor != NULL);
    clock->jump_max_ms = jump_max_ms;
    clock->floor = floor;
    uint64_t left = atomic_load(floor);
    if (left != word_of(time_of(left))) atomic_store(floor, word_of(0));
    unix_ms begin_ms = raise_floor(clock, within_range(at.system_ms));
    if (begin_ms < least_ms) begin_ms = raise_floor(clock, within_range(least_ms));
    REQUIRE(begin_ms >= within_range(least_ms));
    /* A system clock that is behind now may be set right later: that is no jump. */
    atomic_store(&clock->offset_ms, begin_ms - at.monotonic_ms);
    atomic_store(&clock->looked_ms, 0);
}

/* How far the system clock is ahead of where the monotonic one says that it should be. */
static int64_t ahead_ms(struct clock_reading at, int64_t offset_ms)
{
    return within_range(at.system_ms) - within_range(at.monotonic_ms + offset_ms);
}

struct clock_view clock_look(struct clock *clock, struct clock_reading at)
{
    int64_t offset_ms = atomic_load_explicit(&clock->offset_ms, memory_order_relaxed);
    int64_t gained_ms = ahead_ms(at, offset_ms);
    bool has_jumped = gained_ms > clock->jump_max_ms;
    unix_ms time_ms = within_range(has_jumped ? at.monotonic_ms + offset_ms : at.system_ms);
    struct clock_view view = {.now_ms = raise_floor(clock, time_ms)};
    REQUIRE(view.now_ms >= time_ms);
    if (gained_ms <= clock->jump_max_ms - CLOCK_GLANCE_MS_MAX)
        atomic_store_explicit(&clock->looked_ms, time_ms, memory_order_relaxed);
    int64_t behind_ms = view.now_ms - time_ms;
    if (has_jumped)
        view.jumped_ms = gained_ms;
    else if (behind_ms >= BEHIND_TOLD_MS)
        view.behind_ms = behind_ms;
    return view;
}

unix_ms clock_raise(struct clock *clock, unix_ms time_ms)
{
    REQUIRE(clock->floor != NULL);
    return raise_floor(clock, within_range(time_ms));
}

/* Since the look the monotonic clock can only have gone on, so the system clock has gained no more
 * than it shows more now. */
bool clock_glance(struct clock *clock, unix_ms system_ms, unix_ms *ret_now_ms)
{
    unix_ms looked_ms = atomic_load_explicit(&clock->looked_ms, memory_order_relaxed);
    if (system_ms < looked_ms || system_ms - looked_ms > CLOCK_GLANCE_MS_MAX) return false;
    *ret_now_ms = raise_floor(clock, within_range(system_ms));
    return true;
}

/* A system clock that is behind is not believed: it may be about to be set right, and was so
 * before. The offset is read before the floor: see clock_confirm. */
void clock_follow(struct clock *clock, struct clock_reading at)
{
    int64_t offset_ms = atomic_load(&clock->offset_ms);
    if (ahead_ms(at, offset_ms) > clock->jump_max_ms) return;
    if (within_range(at.system_ms) < time_of(atomic_load(clock->floor))) return;
    atomic_compare_exchange_strong(&clock->offset_ms, &offset_ms,
                                   within_range(at.system_ms) - at.monotonic_ms);
}

/* The floor comes first: whoever goes by the new offset then knows readings from before the jump
 * for what they are, and does not take the offset back. */
struct clock_view clock_confirm(struct clock *clock, struct clock_reading at)
{
    struct clock_view before = clock_look(clock, at);
    if (before.jumped_ms == 0) return before;
    REQUIRE(before.behind_ms == 0);
    raise_floor(clock, within_range(at.system_ms));
    atomic_store(&clock->offset_ms, within_range(at.system_ms) - at.monotonic_ms);
    return before;
}
