/* sales_export.c -- onsale admin export: what was sold, as CSV (RFC 4180) for the settlement.
 *
 * Money is in the smallest unit of its currency, a whole number without separators. Times have
 * their offset. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/require.h"
#include "client/command/command.h"
#include "client/command/csv.h"
#include "client/command/failure.h"
#include "client/command/output.h"
#include "client/command/seat_arguments.h"

/* A performance whose sales are told. */
struct date {
    Onsale__V1__LookUpPerformanceResponse *about;
    Onsale__V1__GetSeatLayoutResponse *hall;
};

struct export
{
    struct run *run;
    struct csv csv;
    size_t dates_count;
    struct date *dates;
    uint64_t tickets;
    uint64_t last_event_number; /* the export goes up to it */
    int64_t amount;
    int64_t until_ms;
    bool is_over;
};

static const char *const headings[] = {
    "event",   "paid_at", "concert", "title",       "performance", "starts_at",
    "section", "row",     "number",  "tier",        "price",       "currency",
    "ticket",  "user",    "payment", "reservation",
};

static enum onsale_status get_date(struct export *export, uint32_t performance_id,
                                   const struct date **ret_date)
{
    struct run *run = export->run;
    Onsale__V1__LookUpPerformanceRequest request = ONSALE__V1__LOOK_UP_PERFORMANCE_REQUEST__INIT;
    struct date date = {0};
    for (size_t i = 0; i < export->dates_count; i++) {
        *ret_date = &export->dates[i];
        if (export->dates[i].about->performance->performance_id == performance_id) return ONSALE_OK;
    }
    request.performance_id = performance_id;
    enum onsale_status status =
        onsale_admin_look_up_performance(run->channel, &request, NULL, &date.about, &run->error);
    if (status != ONSALE_OK) return status;
    status = hall_get(run, performance_id, &date.hall);
    if (status != ONSALE_OK) {
        protobuf_c_message_free_unpacked(&date.about->base, NULL);
        return status;
    }
    export->dates = realloc(export->dates, (export->dates_count + 1) * sizeof *export->dates);
    REQUIRE(export->dates != NULL);
    export->dates[export->dates_count] = date;
    *ret_date = &export->dates[export->dates_count++];
    return ONSALE_OK;
}

static const Onsale__V1__PriceTier *tier_of(const struct date *date, const struct row_walk *row)
{
    const Onsale__V1__Performance *performance = date->about->performance;
    return row->section->tier_index < performance->n_tiers
               ? performance->tiers[row->section->tier_index]
               : NULL;
}

static bool find_seat(const struct date *date, uint32_t seat_index, struct seat_reading *ret_seat)
{
    return layout_seat_at(date->hall->layout, seat_index, ret_seat) &&
           tier_of(date, &ret_seat->row) != NULL;
}

/* What the seats cost must be what was paid: a settlement is no place for a guess. */
static bool adds_up(const struct date *date, const Onsale__V1__Event *event)
{
    int64_t sum = 0;
    for (size_t i = 0; i < event->n_seat_indexes; i++) {
        struct seat_reading seat;
        if (!find_seat(date, event->seat_indexes[i], &seat)) return false;
        sum += tier_of(date, &seat.row)->price;
    }
    return sum == event->amount;
}

static void write_ticket(struct export *export, const struct date *date,
                         const Onsale__V1__Event *event, size_t place)
{
    const Onsale__V1__Performance *performance = date->about->performance;
    struct seat_reading seat;
    REQUIRE(find_seat(date, event->seat_indexes[place], &seat));
    const struct row_walk *row = &seat.row;
    csv_number(&export->csv, event->event_number);
    csv_text(&export->csv, text_of_offset_instant(event->occurred_at_ms).bytes);
    csv_number(&export->csv, event->concert_id);
    csv_text(&export->csv, date->about->concert->title);
    csv_number(&export->csv, event->performance_id);
    csv_text(&export->csv, text_of_offset_instant(performance->starts_at_ms).bytes);
    csv_text(&export->csv, row->section->name);
    csv_text(&export->csv, row->row->name);
    csv_number(&export->csv, row->row->first_number + (seat.seat_index - row->first_seat_index));
    csv_text(&export->csv, tier_of(date, row)->name);
    csv_number(&export->csv, (uint64_t)tier_of(date, row)->price);
    csv_text(&export->csv, performance->currency);
    csv_number(&export->csv, event->number + place);
    csv_number(&export->csv, event->user_id);
    csv_text(&export->csv, text_of_id(event->payment_id).bytes);
    csv_text(&export->csv, text_of_id(event->record_id).bytes);
    csv_end(&export->csv);
}

static enum onsale_status write_sale(struct export *export, const Onsale__V1__Event *event)
{
    const struct date *date;
    enum onsale_status status = get_date(export, event->performance_id, &date);
    if (status != ONSALE_OK) return status;
    if (!adds_up(date, event)) {
        failure_make(&export->run->error, ONSALE_REPLY_MALFORMED,
                     "event %" PRIu64 ": the prices of its seats are not what was paid",
                     event->event_number);
        return ONSALE_REPLY_MALFORMED;
    }
    for (size_t i = 0; i < event->n_seat_indexes; i++)
        write_ticket(export, date, event, i);
    export->tickets += event->n_seat_indexes;
    export->amount += event->amount;
    return ONSALE_OK;
}

static enum onsale_status write_page(struct export *export,
                                     const Onsale__V1__ListEventsResponse *page)
{
    enum onsale_status status = ONSALE_OK;
    for (size_t i = 0; i < page->n_events && status == ONSALE_OK && !export->is_over; i++) {
        const Onsale__V1__Event *event = page->events[i];
        export->is_over = event->event_number > export->last_event_number ||
                          event->occurred_at_ms >= export->until_ms;
        if (!export->is_over) status = write_sale(export, event);
    }
    export->is_over |= page->looked_to >= export->last_event_number;
    return status;
}

static enum onsale_status write_sales(struct export *export)
{
    static Onsale__V1__EventKind paid = ONSALE__V1__EVENT_KIND__EVENT_KIND_RESERVATION_PAID;
    Onsale__V1__ListEventsRequest *request = (void *)run_request(export->run);
    enum onsale_status status = ONSALE_OK;
    request->max = EVENTS_PER_CALL_MAX;
    request->kinds = &paid;
    request->n_kinds = 1;
    for (bool is_first = true; status == ONSALE_OK && !export->is_over; is_first = false) {
        ProtobufCMessage *answer;
        status = run_send(export->run, &request->base, &answer);
        if (status != ONSALE_OK) return status;
        const Onsale__V1__ListEventsResponse *page = (const void *)answer;
        if (is_first) export->last_event_number = page->last_event_number;
        request->after = page->looked_to;
        status = write_page(export, page);
        protobuf_c_message_free_unpacked(answer, NULL);
    }
    return status;
}

static enum onsale_status check_concert(struct run *run)
{
    Onsale__V1__GetConcertRequest request = ONSALE__V1__GET_CONCERT_REQUEST__INIT;
    Onsale__V1__GetConcertResponse *answer;
    request.concert_id = (uint32_t)arguments_number(&run->arguments, PARAMETER_CONCERT, 0);
    enum onsale_status status =
        onsale_catalog_get_concert(run->channel, &request, NULL, &answer, &run->error);
    if (status == ONSALE_OK) protobuf_c_message_free_unpacked(&answer->base, NULL);
    return status;
}

/* A file that is cut off looks like one that is whole. */
static enum onsale_status check_written(struct run *run)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0) return ONSALE_OK;
    failure_make(&run->error, ONSALE_INTERNAL, "the export is cut off: %s", strerror(errno));
    return ONSALE_INTERNAL;
}

static void free_dates(struct export *export)
{
    for (size_t i = 0; i < export->dates_count; i++) {
        protobuf_c_message_free_unpacked(&export->dates[i].about->base, NULL);
        protobuf_c_message_free_unpacked(&export->dates[i].hall->base, NULL);
    }
    free(export->dates);
}

enum exit_code sales_export(struct run *run)
{
    struct export export = {
        .run = run,
        .csv = {.out = stdout},
        .until_ms = (int64_t)arguments_number(&run->arguments, PARAMETER_UNTIL, INT64_MAX),
    };
    enum onsale_status status = check_concert(run);
    for (size_t i = 0; i < sizeof headings / sizeof headings[0] && status == ONSALE_OK; i++)
        csv_text(&export.csv, headings[i]);
    if (status == ONSALE_OK) csv_end(&export.csv);
    if (status == ONSALE_OK) status = write_sales(&export);
    if (status == ONSALE_OK) status = check_written(run);
    if (status == ONSALE_OK)
        output_line(stderr, "%s tickets for %s, up to event %" PRIu64,
                    text_of_money((int64_t) export.tickets).bytes,
                    text_of_money(export.amount).bytes, export.last_event_number);
    free_dates(&export);
    return status == ONSALE_OK ? EXIT_CODE_OK : run_refused(run);
}
