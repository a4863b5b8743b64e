#include "server/engine/expired_holds.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"
#include "server/engine/seat_group.h"

enum { SEATS_MAX = SWEEP_HOLDS_MAX * SEATS_PER_HOLD_MAX };

/* A seat that a hold had. */
struct ended_seat {
    uint32_t performance_id;
    uint32_t index;
    unix_ms until_ms;
};

struct ended_seats {
    size_t count;
    struct ended_seat items[SEATS_MAX];
};

static void note_seats(struct ended_seats *ended, const struct reservation *reservation)
{
    REQUIRE(ended->count + reservation->seats_count <= SEATS_MAX);
    for (uint32_t i = 0; i < reservation->seats_count; i++)
        ended->items[ended->count++] = (struct ended_seat){
            reservation->performance_id, reservation->seat_indexes[i], reservation->expires_at_ms};
}

static void end_hold(struct batch *batch, struct reservation_id id, struct ended_seats *ended)
{
    struct reservation reservation;
    if (!reservation_get(batch->txn, id, &reservation) || reservation.status != RESERVATION_HELD)
        return;
    REQUIRE(reservation.expires_at_ms <= batch->now_ms);
    reservation.status = RESERVATION_EXPIRED;
    batch_add_reservation_event(batch, EVENT_RESERVATION_EXPIRED, &reservation, 0);
    reservation_put(batch->txn, &reservation);
    note_seats(ended, &reservation);
}

static int compare_seats(const void *a, const void *b)
{
    const struct ended_seat *left = a;
    const struct ended_seat *right = b;
    if (left->performance_id != right->performance_id)
        return left->performance_id < right->performance_id ? -1 : 1;
    return (left->index > right->index) - (left->index < right->index);
}

/* Frees seats of one performance, sorted, those that a newer hold took excepted. */
static void free_seats(struct batch *batch, const struct ended_seat *ended, size_t count)
{
    REQUIRE(count >= 1);
    REQUIRE(count <= SEATS_MAX);
    REQUIRE(ended[0].performance_id == ended[count - 1].performance_id);
    uint32_t performance_id = ended[0].performance_id;
    uint32_t indexes[SEATS_MAX];
    struct seat seats[SEATS_MAX];
    size_t freed = 0;
    for (size_t i = 0; i < count; i++)
        indexes[i] = ended[i].index;
    seat_group_load(batch->txn, performance_id, indexes, count, seats);
    for (size_t i = 0; i < count; i++) {
        if (!seat_is_held_until(seats[i], ended[i].until_ms)) continue;
        indexes[freed] = indexes[i];
        seats[freed++] = (struct seat){.state = SEAT_AVAILABLE, .tier = seats[i].tier};
    }
    if (freed == 0) return;
    seat_group_save(batch->txn, performance_id, indexes, freed, seats, batch->meta.last_event);
}

static size_t count_of_performance(const struct ended_seat *ended, size_t count)
{
    REQUIRE(count >= 1);
    size_t same = 1;
    while (same < count && ended[same].performance_id == ended[0].performance_id)
        same++;
    return same;
}

void expired_holds_end(struct batch *batch, const union timer_item *holds, size_t count)
{
    struct ended_seats ended;
    REQUIRE(count <= SWEEP_HOLDS_MAX);
    ended.count = 0;
    for (size_t i = 0; i < count; i++)
        end_hold(batch, holds[i].reservation_id, &ended);
    qsort(ended.items, ended.count, sizeof ended.items[0], compare_seats);
    for (size_t i = 0; i < ended.count;) {
        size_t same = count_of_performance(&ended.items[i], ended.count - i);
        free_seats(batch, &ended.items[i], same);
        i += same;
    }
}
