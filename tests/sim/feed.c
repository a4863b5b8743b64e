#include "tests/sim/feed.h"

#include <string.h>

#include "base/require.h"

/* --- Finding, or adding at first sight -------------------------------------------------------- */

static size_t place_of_user(struct feed *feed, uint64_t user_id)
{
    for (size_t i = 0; i < feed->users_count; i++)
        if (feed->users[i] == user_id) return i;
    REQUIRE(false && "an event of a user that was not created");
    return 0;
}

static struct feed_seat *seat_of(struct feed *feed, uint32_t performance_id, uint32_t seat_index)
{
    for (size_t i = 0; i < feed->seats_count; i++)
        if (feed->seats[i].performance_id == performance_id &&
            feed->seats[i].seat_index == seat_index)
            return &feed->seats[i];
    REQUIRE(feed->seats_count < sizeof feed->seats / sizeof feed->seats[0]);
    struct feed_seat *seat = &feed->seats[feed->seats_count++];
    *seat = (struct feed_seat){
        .performance_id = performance_id,
        .seat_index = seat_index,
        .state = ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE,
    };
    return seat;
}

static struct feed_entry *entry_of(struct feed *feed, const Onsale__V1__Event *event)
{
    for (size_t i = feed->entries_count; i > 0; i--) {
        struct feed_entry *entry = &feed->entries[i - 1];
        if (entry->concert_id == event->concert_id && entry->number == event->number) return entry;
    }
    REQUIRE(feed->entries_count < sizeof feed->entries / sizeof feed->entries[0]);
    struct feed_entry *entry = &feed->entries[feed->entries_count++];
    *entry = (struct feed_entry){event->concert_id, event->number, event->user_id, 0};
    return entry;
}

static struct feed_stops *stops_of(struct feed *feed, const Onsale__V1__Event *event)
{
    for (size_t i = 0; i < feed->stops_count; i++)
        if (feed->stops[i].concert_id == event->concert_id &&
            feed->stops[i].performance_id == event->performance_id)
            return &feed->stops[i];
    REQUIRE(feed->stops_count < sizeof feed->stops / sizeof feed->stops[0]);
    struct feed_stops *stops = &feed->stops[feed->stops_count++];
    *stops = (struct feed_stops){.concert_id = event->concert_id,
                                 .performance_id = event->performance_id};
    return stops;
}

static struct feed_reservation *reservation_of(struct feed *feed, const Onsale__V1__Event *event)
{
    REQUIRE(event->record_id.len == ID_BYTES);
    for (size_t i = feed->reservations_count; i > 0; i--)
        if (memcmp(feed->reservations[i - 1].id, event->record_id.data, ID_BYTES) == 0)
            return &feed->reservations[i - 1];
    REQUIRE(feed->reservations_count < MODEL_RESERVATIONS_MAX);
    struct feed_reservation *reservation = &feed->reservations[feed->reservations_count++];
    *reservation = (struct feed_reservation){.until_ms = event->until_ms};
    memcpy(reservation->id, event->record_id.data, ID_BYTES);
    return reservation;
}

/* --- Applying --------------------------------------------------------------------------------- */

static const char *apply_entry(struct feed *feed, const Onsale__V1__Event *event,
                               Onsale__V1__QueueEntryStatus before,
                               Onsale__V1__QueueEntryStatus after)
{
    struct feed_entry *entry = entry_of(feed, event);
    bool is_over = entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED ||
                   entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_LEFT;
    if (is_over || (before != 0 && entry->status != before)) return "an entry changes wrongly";
    if (entry->user_id != event->user_id) return "an entry changes its user";
    entry->status = after;
    return NULL;
}

static void set_seats(struct feed *feed, const Onsale__V1__Event *event,
                      Onsale__V1__SeatState state)
{
    for (size_t i = 0; i < event->n_seat_indexes; i++) {
        struct feed_seat *seat = seat_of(feed, event->performance_id, event->seat_indexes[i]);
        seat->state = state;
        seat->until_ms = event->until_ms;
    }
}

/* Frees those seats that no newer hold has taken. */
static void free_seats(struct feed *feed, const Onsale__V1__Event *event)
{
    for (size_t i = 0; i < event->n_seat_indexes; i++) {
        struct feed_seat *seat = seat_of(feed, event->performance_id, event->seat_indexes[i]);
        if (seat->state == ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD &&
            seat->until_ms == event->until_ms)
            seat->state = ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE;
    }
}

static const char *apply_payment(struct feed *feed, const Onsale__V1__Event *event)
{
    if (event->number != feed->tickets + 1) return "a gap in the tickets";
    feed->tickets += event->n_seat_indexes;
    feed->balances[place_of_user(feed, event->user_id)] -= event->amount;
    reservation_of(feed, event)->status = ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_PAID;
    set_seats(feed, event, ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD);
    return NULL;
}

/* Returns to the sale what no newer hold has taken, and says what became of the reservation. */
static const char *apply_end(struct feed *feed, const Onsale__V1__Event *event,
                             Onsale__V1__ReservationStatus status)
{
    reservation_of(feed, event)->status = status;
    free_seats(feed, event);
    return NULL;
}

static const char *apply_seats(struct feed *feed, const Onsale__V1__Event *event,
                               Onsale__V1__SeatState state)
{
    set_seats(feed, event, state);
    return NULL;
}

static const char *apply_to_sale(struct feed *feed, const Onsale__V1__Event *event)
{
    switch ((int)event->kind) {
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_SEATS_HELD:
        reservation_of(feed, event)->status =
            ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD;
        return apply_seats(feed, event, ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_RESERVATION_CANCELLED:
        return apply_end(feed, event, ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_CANCELLED);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_RESERVATION_EXPIRED:
        return apply_end(feed, event, ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_EXPIRED);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_RESERVATION_PAID:
        return apply_payment(feed, event);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_SEATS_BLOCKED:
        return apply_seats(feed, event, ONSALE__V1__SEAT_STATE__SEAT_STATE_BLOCKED);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_SEATS_UNBLOCKED:
        return apply_seats(feed, event, ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE);
    default:
        return "an event of no known kind";
    }
}

static const char *turn(bool *is_on, bool after)
{
    if (*is_on == after) return "a change to what was so before";
    *is_on = after;
    return NULL;
}

static const char *apply_to_stops(struct feed *feed, const Onsale__V1__Event *event)
{
    switch ((int)event->kind) {
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_ADMISSION_PAUSED:
        return turn(&stops_of(feed, event)->admission_paused, true);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_ADMISSION_RESUMED:
        return turn(&stops_of(feed, event)->admission_paused, false);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_HOLDING_STOPPED:
        return turn(&stops_of(feed, event)->holding_stopped, true);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_HOLDING_RESUMED:
        return turn(&stops_of(feed, event)->holding_stopped, false);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_PAYING_STOPPED:
        return turn(&stops_of(feed, event)->paying_stopped, true);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_PAYING_RESUMED:
        return turn(&stops_of(feed, event)->paying_stopped, false);
    default:
        return apply_to_sale(feed, event);
    }
}

static const char *admit(struct feed *feed, const Onsale__V1__Event *event)
{
    const Onsale__V1__Event of_concert = {.concert_id = event->concert_id};
    const struct feed_stops *stops = stops_of(feed, &of_concert);
    if (stops->admission_paused) return "somebody is admitted during a pause";
    if (event->occurred_at_ms < stops->opens_at_ms) return "somebody is admitted too early";
    return apply_entry(feed, event, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING,
                       ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE);
}

static const char *apply_to_queue(struct feed *feed, const Onsale__V1__Event *event)
{
    const Onsale__V1__QueueEntryStatus waiting =
        ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING;
    switch ((int)event->kind) {
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_ENTERED:
        return apply_entry(feed, event, 0, waiting);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_ADMITTED:
        return admit(feed, event);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_EXPIRED:
        return apply_entry(feed, event, 0,
                           ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_LEFT:
        return apply_entry(feed, event, 0, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_LEFT);
    default:
        return apply_to_stops(feed, event);
    }
}

static const char *apply_content(struct feed *feed, const Onsale__V1__Event *event)
{
    switch ((int)event->kind) {
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_USER_CREATED:
        REQUIRE(feed->users_count < MODEL_USERS_MAX);
        feed->users[feed->users_count++] = event->user_id;
        return NULL;
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_USER_BLOCKED:
        return turn(&feed->blocked[place_of_user(feed, event->user_id)], true);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_USER_UNBLOCKED:
        return turn(&feed->blocked[place_of_user(feed, event->user_id)], false);
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_CATALOGUE_IMPORTED:
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_POLICY_SET:
        if (event->concert_id == 0) return "no concert";
        stops_of(feed, event)->opens_at_ms = event->until_ms;
        return NULL;
    case ONSALE__V1__EVENT_KIND__EVENT_KIND_BALANCE_CHARGED:
        feed->balances[place_of_user(feed, event->user_id)] += event->amount;
        return NULL;
    default:
        return apply_to_queue(feed, event);
    }
}

const char *feed_apply(struct feed *feed, const Onsale__V1__Event *event)
{
    if (event->event_number != feed->last_number + 1) return "a gap in the events";
    if (event->occurred_at_ms < feed->last_at_ms) return "time runs backwards in the events";
    feed->last_number = event->event_number;
    feed->last_at_ms = event->occurred_at_ms;
    return apply_content(feed, event);
}
