#include <string.h>

#include "tests/sim/feed.h"

static const char *compare_users(const struct feed *feed, struct model *model)
{
    if (feed->users_count != model->users_count) return "another number of users";
    for (size_t i = 0; i < feed->users_count; i++)
        if (feed->balances[i] != model_balance(model, feed->users[i])) return "a balance";
    for (size_t i = 0; i < feed->users_count; i++)
        if (feed->blocked[i] != *model_user_block(model, feed->users[i])) return "a block";
    return NULL;
}

static const char *compare_seats(const struct feed *feed, struct model *model)
{
    for (size_t i = 0; i < feed->seats_count; i++) {
        const struct feed_seat *seat = &feed->seats[i];
        Onsale__V1__SeatState state = seat->state;
        if (state == ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD && seat->until_ms <= model->now_ms)
            state = ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE;
        const struct model_performance *performance =
            model_find_performance(model, seat->performance_id);
        if (state != model_seat_state(model, performance, seat->seat_index)) return "a seat";
    }
    return NULL;
}

/* Of the entries both sides know the status as of the last batch. */
static const char *compare_entries(const struct feed *feed, struct model *model)
{
    size_t count = 0;
    for (size_t i = 0; i < model->concerts_count; i++)
        count += model->concerts[i].entries_count;
    if (feed->entries_count != count) return "another number of queue entries";
    for (size_t i = 0; i < feed->entries_count; i++) {
        const struct feed_entry *entry = &feed->entries[i];
        const struct model_concert *concert = model_find_concert(model, entry->concert_id);
        const struct model_entry *expected = &concert->entries[entry->number - 1];
        if (entry->status != expected->status || entry->user_id != expected->user_id)
            return "a queue entry";
    }
    return NULL;
}

/* What was never stopped has no events. */
static const char *compare_stops(const struct feed *feed, struct model *model)
{
    for (size_t i = 0; i < feed->stops_count; i++) {
        const struct feed_stops *stops = &feed->stops[i];
        const struct model_concert *concert = model_find_concert(model, stops->concert_id);
        const struct model_performance *performance =
            model_find_performance(model, stops->performance_id);
        bool is_concert = stops->performance_id == 0;
        bool holding = is_concert ? concert->holding_stopped : performance->holding_stopped;
        bool paying = is_concert ? concert->paying_stopped : performance->paying_stopped;
        if (stops->holding_stopped != holding || stops->paying_stopped != paying) return "a stop";
        if (!is_concert) continue;
        if (stops->admission_paused != (bool)concert->policy.admission_paused) return "a pause";
        if (stops->opens_at_ms != model_opens_at(model, concert)) return "an opening";
    }
    return NULL;
}

static const char *compare_reservations(const struct feed *feed, struct model *model)
{
    if (feed->reservations_count != model->reservations_count)
        return "another number of reservations";
    for (size_t i = 0; i < feed->reservations_count; i++) {
        const struct feed_reservation *reservation = &feed->reservations[i];
        const struct model_reservation *expected = &model->reservations[i];
        Onsale__V1__ReservationStatus status = reservation->status;
        if (status == ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD &&
            reservation->until_ms <= model->now_ms)
            status = ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_EXPIRED;
        if (memcmp(reservation->id, expected->id, ID_BYTES) != 0 ||
            status != model_reservation_status(model, expected))
            return "a reservation";
    }
    return NULL;
}

const char *feed_compare(const struct feed *feed, struct model *model)
{
    const char *difference = compare_users(feed, model);
    if (difference == NULL) difference = compare_seats(feed, model);
    if (difference == NULL) difference = compare_entries(feed, model);
    if (difference == NULL) difference = compare_reservations(feed, model);
    if (difference == NULL) difference = compare_stops(feed, model);
    if (difference == NULL && feed->tickets != model->last_ticket) difference = "the tickets";
    return difference;
}
