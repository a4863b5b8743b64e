#include "server/engine/event_stats.h"

#include "base/require.h"

_Static_assert(EVENT_STATS_CONCERTS_MAX < UINT16_MAX, "a place can be noted");

_Static_assert(EVENT_KINDS <= UINT16_MAX, "as can a kind");

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
    REQUIRE(count <= EVENT_STATS_CONCERTS_MAX);
    for (size_t i = 0; i <= count; i++)
        if (concert_at(stats, i) == concert_id) return i;
    if (count == EVENT_STATS_CONCERTS_MAX) return 0;
    atomic_store_explicit(&stats->concerts[count + 1].concert_id, concert_id, memory_order_relaxed);
    atomic_store_explicit(&stats->concerts_count, count + 1, memory_order_release);
    return count + 1;
}

/* @return The run that an event belongs to; NULL if there is no room for one more. */
static struct noted_events *find_run(struct event_stats *stats, enum event_kind kind)
{
    size_t count = stats->noted_count;
    struct noted_events *last = count == 0 ? NULL : &stats->noted[count - 1];
    if (last != NULL && last->place == stats->newest && last->kind == (uint16_t)kind) return last;
    if (count == EVENT_STATS_NOTED_MAX) return NULL;
    struct noted_events *added = &stats->noted[stats->noted_count++];
    *added = (struct noted_events){.place = (uint16_t)stats->newest, .kind = (uint16_t)kind};
    return added;
}

void event_stats_note(struct event_stats *stats, const struct event *event)
{
    REQUIRE((unsigned)event->kind < EVENT_KINDS);
    if (concert_at(stats, stats->newest) != event->concert_id)
        stats->newest = find_place(stats, event->concert_id);
    struct noted_events *run = find_run(stats, event->kind);
    if (run == NULL) return;
    run->events++;
    run->seats += event->seats_count;
}

/* There is one writer: nobody else changes it in between. */
static void add(atomic_uint_fast64_t *counter, uint64_t value)
{
    uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, before + value, memory_order_relaxed);
}

void event_stats_count(struct event_stats *stats)
{
    REQUIRE(stats->noted_count <= EVENT_STATS_NOTED_MAX);
    for (size_t i = 0; i < stats->noted_count; i++) {
        struct concert_events *concert = &stats->concerts[stats->noted[i].place];
        add(&concert->events[stats->noted[i].kind], stats->noted[i].events);
        add(&concert->seats[stats->noted[i].kind], stats->noted[i].seats);
    }
    stats->noted_count = 0;
}
