/* sales_export.c -- onsale admin export: what was sold, as CSV (RFC 4180) for the settlement.
 *
 * Money is in the smallest unit of its currency, a whole number without separators. Times have
 * their offset. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/require.h"
#include "client/command/csv.h"
#include "client/command/event_walk.h"
#include "client/command/output.h"
#include "client/command/seat_arguments.h"

struct export
{
    struct run *run;
    struct csv csv;
    uint64_t tickets;
    int64_t amount;
};

/* A seat that was sold, and what it costs. */
struct sold_seat {
    struct seat_reading seat;
    const Onsale__V1__PriceTier *tier;
};

static const char *const headings[] = {
    "event",   "paid_at", "concert", "title",       "performance", "starts_at",
    "section", "row",     "number",  "tier",        "price",       "currency",
    "ticket",  "user",    "payment", "reservation",
};

static bool find_seat(const Onsale__V1__SeatLayout *layout,
                      const Onsale__V1__Performance *performance, uint32_t seat_index,
                      struct sold_seat *ret_seat)
{
    if (!layout_seat_at(layout, seat_index, &ret_seat->seat)) return false;
    uint32_t tier_index = ret_seat->seat.row.section->tier_index;
    if (tier_index >= performance->n_tiers) return false;
    ret_seat->tier = performance->tiers[tier_index];
    return true;
}

/* What the seats cost must be what was paid: a settlement is no place for a guess. */
static bool adds_up(const Onsale__V1__SeatLayout *layout,
                    const Onsale__V1__Performance *performance, const Onsale__V1__Event *event)
{
    int64_t sum = 0;
    for (size_t i = 0; i < event->n_seat_indexes; i++) {
        struct sold_seat sold;
        if (!find_seat(layout, performance, event->seat_indexes[i], &sold)) return false;
        sum += sold.tier->price;
    }
    return sum == event->amount;
}

static void write_ticket(struct csv *csv, const Onsale__V1__LookUpPerformanceResponse *date,
                         const Onsale__V1__Event *event, uint64_t ticket_id,
                         const struct sold_seat *sold)
{
    const struct row_walk *row = &sold->seat.row;
    csv_number(csv, event->event_number);
    csv_text(csv, text_of_offset_instant(event->occurred_at_ms).bytes);
    csv_number(csv, event->concert_id);
    csv_text(csv, date->concert->title);
    csv_number(csv, event->performance_id);
    csv_text(csv, text_of_offset_instant(date->performance->starts_at_ms).bytes);
    csv_text(csv, row->section->name);
    csv_text(csv, row->row->name);
    csv_number(csv, row->row->first_number + (sold->seat.seat_index - row->first_seat_index));
    csv_text(csv, sold->tier->name);
    csv_number(csv, (uint64_t)sold->tier->price);
    csv_text(csv, date->performance->currency);
    csv_number(csv, ticket_id);
    csv_number(csv, event->user_id);
    csv_text(csv, text_of_id(event->payment_id).bytes);
    csv_text(csv, text_of_id(event->record_id).bytes);
    csv_end(csv);
}

static bool write_sale(struct export *export, const Onsale__V1__Event *event)
{
    struct run *run = export->run;
    const Onsale__V1__LookUpPerformanceResponse *date = run_look_up(
        run, &onsale_admin_look_up_performance_method, "performance_id", event->performance_id);
    if (date == NULL) return false;
    const Onsale__V1__SeatLayout *layout = hall_get(run, event->performance_id);
    if (layout == NULL) return false;
    if (!adds_up(layout, date->performance, event))
        return run_fail(run, ONSALE_REPLY_MALFORMED,
                        "event %" PRIu64 ": the prices of its seats are not what was paid",
                        event->event_number);
    for (size_t i = 0; i < event->n_seat_indexes; i++) {
        struct sold_seat sold;
        REQUIRE(find_seat(layout, date->performance, event->seat_indexes[i], &sold));
        write_ticket(&export->csv, date, event, event->number + i, &sold);
    }
    export->tickets += event->n_seat_indexes;
    export->amount += event->amount;
    return true;
}

/* Those of before this moment, up to the last event that there is to begin with. */
static bool write_sales(struct export *export, struct event_walk *walk)
{
    Onsale__V1__EventKind paid = ONSALE__V1__EVENT_KIND__EVENT_KIND_RESERVATION_PAID;
    int64_t until_ms =
        (int64_t)arguments_number(&export->run->arguments, PARAMETER_UNTIL, INT64_MAX);
    walk->request->kinds = &paid;
    walk->request->n_kinds = 1;
    for (const Onsale__V1__Event *event;
         (event = event_walk_next(walk)) != NULL && event->occurred_at_ms < until_ms;)
        if (!write_sale(export, event)) return false;
    return !walk->is_refused;
}

/* A file that is cut off looks like one that is whole. */
static bool check_written(struct run *run)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0) return true;
    return run_fail(run, ONSALE_INTERNAL, "the export is cut off: %s", strerror(errno));
}

enum exit_code sales_export(struct run *run)
{
    struct export export = {.run = run, .csv = {.out = stdout}};
    struct event_walk walk = {.run = run, .request = run_request(run), .is_snapshot = true};
    if (run_look_up(run, &onsale_catalog_get_concert_method, "concert_id",
                    walk.request->concert_id) == NULL)
        return run_refused(run);
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        csv_text(&export.csv, headings[i]);
    csv_end(&export.csv);
    if (!write_sales(&export, &walk) || !check_written(run)) return run_refused(run);
    output_line(stderr, "%s tickets for %s, up to event %" PRIu64,
                text_of_money((int64_t) export.tickets).bytes, text_of_money(export.amount).bytes,
                walk.end);
    return EXIT_CODE_OK;
}
