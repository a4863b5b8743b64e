#include <inttypes.h>

#include "server/check/finding.h"
#include "server/check/picture.h"

static bool note_timers(void *context, const struct timer_list *list)
{
    struct checker *checker = context;
    for (uint32_t i = 0; i < list->count; i++) {
        struct pictured_reservation *reservation =
            picture_reservation(checker->picture, list->items[i].reservation_id);
        if (reservation != NULL && reservation->record.expires_at_ms == list->due_ms)
            reservation->has_timer = true;
    }
    return true;
}

void check_timers(struct checker *checker)
{
    const struct pile *reservations = &checker->picture->reservations;
    timer_lists_visit(checker->txn, TIMER_HOLD, UNIX_MS_NEVER, note_timers, checker);
    for (size_t i = 0; i < reservations->count; i++) {
        const struct pictured_reservation *reservation = pile_at(reservations, i);
        char id[ID_TEXT_BYTES];
        if (reservation->record.status != RESERVATION_HELD || reservation->has_timer) continue;
        id_print(reservation->record.id.bytes, id);
        check_found(checker, "hold-without-timer", "reservation %s", id);
    }
}

static void check_counter(struct checker *checker, const char *name, uint64_t counted,
                          uint64_t found)
{
    if (counted != found)
        check_found(checker, "counter-wrong", "%s: %" PRIu64 " counted, %" PRIu64 " found", name,
                    counted, found);
}

void check_counters(struct checker *checker)
{
    struct store_meta meta = meta_get(checker->txn);
    const struct check_report *report = checker->report;
    check_counter(checker, "users", meta.users, report->wallets_checked);
    check_counter(checker, "reservations", meta.reservations, report->reservations_checked);
    check_counter(checker, "tickets", meta.last_ticket, report->tickets_checked);
    check_counter(checker, "events", meta.last_event, report->events_checked);
}
