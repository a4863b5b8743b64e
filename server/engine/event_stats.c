#include "server/engine/event_stats.h"

#include "base/require.h"

_Static_assert(SEATS_PER_BLOCK_CALL_MAX <= UINT16_MAX, "the seats of an event can be noted");
_Static_assert(EVENT_STATS_CONCERTS_MAX < UINT16_MAX, "a place can be noted");

void event_stats_begin(struct event_stats *stats)
{
    stats->noted_count = 0;
}

static uint32_t concert_at(const struct event_stats *stats, size_t place)
{
    return atomic_load_explicit(&stats->concerts[place].concert_id, memory_order_relaxed);
}

/* A server sells a few concerts at a time, and mostly the one that it sold last. */
static size_t find_place(struct event_stats *stats, uint32_t concert_id)
{
    size_t count = atomic_load_explicit(&stats->concerts_count, memory_order_relaxed);
    for (size_t i = 0; i <= count; i++)
        if (concert_at(stats, i) == concert_id) return i;
    if (count == EVENT_STATS_CONCERTS_MAX) return 0;
    atomic_store_explicit(&stats->concerts[count + 1].concert_id, concert_id, memory_order_relaxed);
    atomic_store_explicit(&stats->concerts_count, count + 1, memory_order_release);
    return count + 1;
}

void event_stats_note(struct event_stats *stats, const struct event *event)
{
    REQUIRE((unsigned)event->kind < EVENT_KINDS);
    if (stats->noted_count == EVENT_STATS_NOTED_MAX) return;
    if (concert_at(stats, stats->newest) != event->concert_id)
        stats->newest = find_place(stats, event->concert_id);
    size_t i = stats->noted_count++;
    stats->noted[i].place = (uint16_t)stats->newest;
    stats->noted[i].kind = (uint8_t)event->kind;
    stats->noted[i].seats = (uint16_t)event->seats_count;
}

/* There is one writer: nobody else changes it in between. */
static void add(atomic_uint_fast64_t *counter, uint64_t value)
{
    uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, before + value, memory_order_relaxed);
}

void event_stats_count(struct event_stats *stats)
{
    for (size_t i = 0; i < stats->noted_count; i++) {
        struct concert_events *concert = &stats->concerts[stats->noted[i].place];
        add(&concert->events[stats->noted[i].kind], 1);
        add(&concert->seats[stats->noted[i].kind], stats->noted[i].seats);
    }
    stats->noted_count = 0;
}
