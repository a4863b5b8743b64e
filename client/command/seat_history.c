/* seat_history.c -- onsale seat history */
#include <inttypes.h>

#include "base/limits.h"
#include "client/command/command.h"
#include "client/command/json.h"
#include "client/command/output.h"
#include "client/command/seat_arguments.h"

/* Rows for people, or items for programs. */
struct account {
    struct table table;
    json_t *items; /* NULL unless JSON is wanted */
};

static void add(struct account *account, const Onsale__V1__Event *event)
{
    if (account->items != NULL) {
        json_array_append_new(account->items, json_from_message(&event->base));
        return;
    }
    view_add_row(&account->table, seat_history_view.fields, &(struct record){&event->base, NULL});
}

static enum onsale_status gather(struct run *run, Onsale__V1__ListEventsRequest *request,
                                 struct account *account)
{
    ProtobufCMessage *answer;
    bool is_over = false;
    request->max = EVENTS_PER_CALL_MAX;
    while (!is_over) {
        enum onsale_status status = run_send(run, &request->base, &answer);
        if (status != ONSALE_OK) return status;
        const Onsale__V1__ListEventsResponse *page = (const void *)answer;
        for (size_t i = 0; i < page->n_events; i++)
            add(account, page->events[i]);
        request->after = page->looked_to;
        is_over = page->looked_to >= page->last_event_number;
        protobuf_c_message_free_unpacked(answer, NULL);
    }
    return ONSALE_OK;
}

static void print(const struct run *run, const struct account *account, const char *name,
                  const Onsale__V1__ListEventsRequest *request)
{
    struct pager pager = pager_begin(&run->terminal);
    if (run->json) {
        json_write(json_pack("{sO}", "events", account->items), stdout);
    } else {
        output_line(stdout, "Seat %s (%" PRIu32 ") of performance %" PRIu32, name,
                    request->seat_indexes[0], request->performance_id);
        if (account->table.cells_count == 0)
            output_line(stdout, "Nothing has happened to it.");
        else
            table_print(&account->table, run->terminal.table_width, stdout);
    }
    pager_end(&pager);
}

static enum onsale_status name_seat(struct run *run, Onsale__V1__ListEventsRequest *request,
                                    struct seat_name *ret_name)
{
    Onsale__V1__GetSeatLayoutResponse *hall;
    struct seat_reading seat;
    enum onsale_status status = hall_get(run, request->performance_id, &hall);
    if (status != ONSALE_OK) return status;
    status =
        seat_find(run, hall->layout, arguments_text(&run->arguments, PARAMETER_ONE_SEAT), &seat);
    if (status == ONSALE_OK) {
        request->seat_indexes[0] = seat.seat_index;
        *ret_name = seat_name_of(&seat.row, seat.seat_index);
    }
    protobuf_c_message_free_unpacked(&hall->base, NULL);
    return status;
}

enum exit_code seat_history(struct run *run)
{
    Onsale__V1__ListEventsRequest *request = (void *)run_request(run);
    struct column columns[TABLE_COLUMNS_MAX + 1];
    struct account account = {.items = run->json ? json_array() : NULL};
    struct seat_name name = {""};
    request->seat_indexes = run_alloc(run, 1, sizeof *request->seat_indexes);
    request->n_seat_indexes = 1;
    view_columns(seat_history_view.fields, columns);
    table_init(&account.table, columns);
    enum onsale_status status = name_seat(run, request, &name);
    if (status == ONSALE_OK) status = gather(run, request, &account);
    if (status == ONSALE_OK) print(run, &account, name.text, request);
    table_deinit(&account.table);
    json_decref(account.items);
    return status == ONSALE_OK ? EXIT_CODE_OK : run_refused(run);
}
