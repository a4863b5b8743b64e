#include "server/engine/leases.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/require.h"

/* Open addressing with linear probing; half full at most. A slot with number 0 is free, one with
 * expires_at_ms 0 was forgotten and is dropped when the table grows. */
struct slot {
    uint64_t number;
    uint32_t concert_id;
    unix_ms expires_at_ms; /* on the waiting clock */
};

/* What the waiting clock of a queue showed at the start. */
struct start {
    uint32_t concert_id;
    unix_ms clock_ms;
};

struct leases {
    pthread_mutex_t lock;
    unix_ms start_ms;
    struct start *starts; /* by concert; changed by leases_note_start only */
    size_t starts_count;
    struct slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t used;
};

enum { CAPACITY_MIN = 1024 };

_Static_assert((CAPACITY_MIN & (CAPACITY_MIN - 1)) == 0, "a capacity is a power of two");

enum status leases_open(unix_ms start_ms, struct leases **ret_leases)
{
    REQUIRE(start_ms >= 0);
    struct leases *leases = calloc(1, sizeof *leases);
    if (leases == NULL) return STATUS_OUT_OF_MEMORY;
    pthread_mutex_init(&leases->lock, NULL);
    leases->start_ms = start_ms;
    *ret_leases = leases;
    return STATUS_OK;
}

void leases_close(struct leases *leases)
{
    if (leases == NULL) return;
    pthread_mutex_destroy(&leases->lock);
    free(leases->starts);
    free(leases->slots);
    free(leases);
}

/* --- The start -------------------------------------------------------------------------------- */

static int compare_start(const void *concert_id, const void *start)
{
    uint32_t a = *(const uint32_t *)concert_id;
    uint32_t b = ((const struct start *)start)->concert_id;
    return (a > b) - (a < b);
}

enum status leases_note_start(struct leases *leases, const struct queue *queue)
{
    pthread_mutex_lock(&leases->lock);
    size_t count = leases->starts_count;
    REQUIRE(leases->capacity == 0);
    REQUIRE(count == 0 || leases->starts[count - 1].concert_id < queue->concert_id);
    struct start *starts = realloc(leases->starts, (count + 1) * sizeof *starts);
    if (starts != NULL) {
        starts[count] = (struct start){queue->concert_id, queue_clock_ms(queue, leases->start_ms)};
        leases->starts = starts;
        leases->starts_count = count + 1;
    }
    pthread_mutex_unlock(&leases->lock);
    return starts != NULL ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

void leases_start_anew(struct leases *leases, unix_ms start_ms)
{
    REQUIRE(start_ms >= 0);
    pthread_mutex_lock(&leases->lock);
    leases->start_ms = start_ms;
    leases->starts_count = 0;
    free(leases->slots);
    leases->slots = NULL;
    leases->capacity = 0;
    leases->used = 0;
    pthread_mutex_unlock(&leases->lock);
}

/* Who entered before the start counts as polled then. With the lock. */
static unix_ms renewed_by_start(const struct leases *leases, const struct queue *queue,
                                const struct queue_entry *entry)
{
    if (entry->entered_at_ms >= leases->start_ms || leases->starts_count == 0) return 0;
    const struct start *start = bsearch(&queue->concert_id, leases->starts, leases->starts_count,
                                        sizeof *start, compare_start);
    return start == NULL ? 0 : start->clock_ms + queue->policy.waiting_lifetime_ms;
}

/* --- Polls ------------------------------------------------------------------------------------ */

static size_t hash(uint32_t concert_id, uint64_t number)
{
    uint64_t mixed = (number ^ ((uint64_t)concert_id << 40)) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(mixed ^ (mixed >> 29));
}

/* The entry's slot, or the free one where it belongs. There is always a free one. */
static struct slot *slot_of(const struct leases *leases, uint32_t concert_id, uint64_t number)
{
    REQUIRE(leases->used < leases->capacity);
    size_t i = hash(concert_id, number) & (leases->capacity - 1);
    while (leases->slots[i].number != 0 &&
           (leases->slots[i].number != number || leases->slots[i].concert_id != concert_id))
        i = (i + 1) & (leases->capacity - 1);
    return &leases->slots[i];
}

static void move_slots(struct leases *leases, const struct slot *from, size_t count)
{
    leases->used = 0;
    for (size_t i = 0; i < count; i++) {
        if (from[i].number == 0 || from[i].expires_at_ms == 0) continue;
        *slot_of(leases, from[i].concert_id, from[i].number) = from[i];
        leases->used++;
    }
    REQUIRE(leases->used <= leases->capacity / 2);
}

static bool make_room(struct leases *leases)
{
    if (leases->used < leases->capacity / 2) return true;
    size_t capacity = leases->capacity == 0 ? CAPACITY_MIN : leases->capacity * 2;
    struct slot *slots = calloc(capacity, sizeof *slots);
    if (slots == NULL) return false;
    struct slot *old = leases->slots;
    size_t old_capacity = leases->capacity;
    REQUIRE((capacity & (capacity - 1)) == 0);
    leases->slots = slots;
    leases->capacity = capacity;
    move_slots(leases, old, old_capacity);
    free(old);
    return true;
}

static unix_ms later(unix_ms a, unix_ms b)
{
    return a > b ? a : b;
}

unix_ms leases_renew(struct leases *leases, const struct queue *queue,
                     const struct queue_entry *entry, unix_ms now_ms)
{
    REQUIRE(entry->number != 0);
    REQUIRE(entry->status == QUEUE_ENTRY_WAITING);
    REQUIRE(entry->concert_id == queue->concert_id);
    if (!queue->policy.waiting_from_last_poll) return entry->expires_at_ms;
    unix_ms renewed_ms = queue_clock_ms(queue, now_ms) + queue->policy.waiting_lifetime_ms;
    pthread_mutex_lock(&leases->lock);
    bool is_noted = make_room(leases);
    if (is_noted) {
        struct slot *slot = slot_of(leases, entry->concert_id, entry->number);
        if (slot->number == 0) leases->used++;
        renewed_ms = later(slot->expires_at_ms, renewed_ms); /* the lifetime may be shorter now */
        *slot = (struct slot){entry->number, entry->concert_id, renewed_ms};
    }
    pthread_mutex_unlock(&leases->lock);
    if (!is_noted) return entry->expires_at_ms;
    return later(entry->expires_at_ms, queue_clock_reaches(queue, renewed_ms, now_ms));
}

unix_ms leases_clock_ms(struct leases *leases, const struct queue *queue,
                        const struct queue_entry *entry)
{
    REQUIRE(entry->concert_id == queue->concert_id);
    if (!queue->policy.waiting_from_last_poll) return entry->expires_at_ms;
    unix_ms renewed_ms = 0;
    pthread_mutex_lock(&leases->lock);
    if (leases->capacity > 0)
        renewed_ms = slot_of(leases, entry->concert_id, entry->number)->expires_at_ms;
    if (renewed_ms == 0) renewed_ms = renewed_by_start(leases, queue, entry);
    pthread_mutex_unlock(&leases->lock);
    return later(entry->expires_at_ms, renewed_ms);
}

unix_ms leases_expiry(struct leases *leases, const struct queue *queue,
                      const struct queue_entry *entry, unix_ms now_ms)
{
    return queue_clock_reaches(queue, leases_clock_ms(leases, queue, entry), now_ms);
}

void leases_forget(struct leases *leases, uint32_t concert_id, uint64_t number)
{
    REQUIRE(number != 0);
    pthread_mutex_lock(&leases->lock);
    if (leases->capacity > 0) slot_of(leases, concert_id, number)->expires_at_ms = 0;
    pthread_mutex_unlock(&leases->lock);
}
