/* user_show.c -- onsale user show: all of a user, for those who help them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/require.h"
#include "client/command/command.h"
#include "client/command/event_tail.h"
#include "client/command/json.h"
#include "client/command/output.h"
#include "client/command/user_account.h"

enum { HISTORY_EVENTS = 10 };

static const struct column place_columns[] = {
    {"CONCERT", COLUMN_RIGHT}, {"TITLE", COLUMN_WRAPS}, {"PLACE", COLUMN_LEFT},
    {"ENTERED", COLUMN_LEFT},  {"UNTIL", COLUMN_LEFT},  {0},
};
static const struct column hold_columns[] = {
    {"HELD", COLUMN_WRAPS},  {"STARTS", COLUMN_LEFT},    {"SEATS", COLUMN_WRAPS},
    {"PRICE", COLUMN_RIGHT}, {"PAY UNTIL", COLUMN_LEFT}, {0},
};
static const struct column ticket_columns[] = {
    {"TICKET", COLUMN_RIGHT}, {"TITLE", COLUMN_WRAPS}, {"STARTS", COLUMN_LEFT},
    {"SEAT", COLUMN_WRAPS},   {"PRICE", COLUMN_RIGHT}, {0},
};
static const struct column history_columns[] = {
    {"WHEN", COLUMN_LEFT},
    {"WHAT", COLUMN_LEFT},
    {"OF", COLUMN_WRAPS},
    {0},
};

static void print_table(const struct run *run, struct table *table)
{
    if (table->cells_count > 0) {
        fputc('\n', stdout);
        table_print(table, run->terminal.table_width, stdout);
    }
    table_deinit(table);
}

static void cell_written(struct table *table, const char *template, const ProtobufCMessage *message)
{
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    REQUIRE(stream != NULL);
    template_write(stream, template, &(struct record){message, NULL});
    fclose(stream);
    table_cell_written(table, text);
    free(text);
}

static void print_places(const struct run *run, const struct user_account *account)
{
    struct table table;
    table_init(&table, place_columns);
    for (size_t i = 0; i < account->places_count; i++) {
        const Onsale__V1__QueueEntry *entry = account->places[i].entry->entry;
        table_cell(&table, "%" PRIu32, entry->concert_id);
        table_cell(&table, "%s", account->places[i].title);
        cell_written(&table, "{status:is WAITING}WAITING {position}||{status}", &entry->base);
        table_cell(&table, "%s", text_of_second(entry->entered_at_ms).bytes);
        bool is_live = entry->remaining_ms > 0;
        table_cell(&table, "%s", is_live ? text_of_second(entry->expires_at_ms).bytes : "-");
    }
    print_table(run, &table);
}

static void print_holds(const struct run *run, const struct user_account *account)
{
    struct table table;
    table_init(&table, hold_columns);
    for (size_t i = 0; i < account->holds_count; i++) {
        const Onsale__V1__Reservation *hold = account->holds[i];
        const struct user_date *date = user_account_date(account, hold->performance_id);
        table_cell(&table, "%s", date->title);
        table_cell(&table, "%s", text_of_minute(date->starts_at_ms).bytes);
        cell_written(&table, "{seats:seats}", &hold->base);
        table_cell(&table, "%s", text_of_money(hold->total_price).bytes);
        table_cell(&table, "%s", text_of_second(hold->expires_at_ms).bytes);
    }
    print_table(run, &table);
}

static void print_tickets(const struct run *run, const struct user_account *account)
{
    struct table table;
    table_init(&table, ticket_columns);
    for (size_t i = 0; i < account->tickets_count; i++) {
        const Onsale__V1__Ticket *ticket = account->tickets[i];
        const struct user_date *date = user_account_date(account, ticket->performance_id);
        table_cell(&table, "%" PRIu64, ticket->ticket_id);
        table_cell(&table, "%s", date->title);
        table_cell(&table, "%s", text_of_minute(date->starts_at_ms).bytes);
        cell_written(&table, "{seat:seats}", &ticket->base);
        table_cell(&table, "%s", text_of_money(ticket->price).bytes);
    }
    print_table(run, &table);
}

static void print_history(const struct run *run, const struct user_account *account)
{
    static const char subject[] = "performance {performance_id?}, {amount:money}||"
                                  "concert {concert_id?}||{amount:money?}";
    struct table table;
    table_init(&table, history_columns);
    for (size_t i = 0; i < account->history.count; i++) {
        const Onsale__V1__Event *event = account->history.events[i];
        table_cell(&table, "%s", text_of_second(event->occurred_at_ms).bytes);
        cell_written(&table, "{kind}", &event->base);
        cell_written(&table, subject, &event->base);
    }
    print_table(run, &table);
}

static void print_account(const struct run *run, const struct user_account *account)
{
    output_line(stdout, "User %" PRIu64 "  balance %s  charged %s  paid %s%s", account->user_id,
                text_of_money(account->balance).bytes, text_of_money(account->charged).bytes,
                text_of_money(account->paid).bytes, account->is_blocked ? "  BLOCKED" : "");
    print_places(run, account);
    print_holds(run, account);
    print_tickets(run, account);
    print_history(run, account);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static json_t *numeral(int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    return json_string(text);
}

static void write_account(const struct user_account *account)
{
    json_t *places = json_array(), *holds = json_array(), *tickets = json_array();
    json_t *history = json_array();
    for (size_t i = 0; i < account->places_count; i++)
        json_array_append_new(places, json_from_message(&account->places[i].entry->entry->base));
    for (size_t i = 0; i < account->holds_count; i++)
        json_array_append_new(holds, json_from_message(&account->holds[i]->base));
    for (size_t i = 0; i < account->tickets_count; i++)
        json_array_append_new(tickets, json_from_message(&account->tickets[i]->base));
    for (size_t i = 0; i < account->history.count; i++)
        json_array_append_new(history, json_from_message(&account->history.events[i]->base));
    json_write(json_pack("{so so so so so so so so so}", "userId",
                         numeral((int64_t)account->user_id), "blocked",
                         json_boolean(account->is_blocked), "balance", numeral(account->balance),
                         "charged", numeral(account->charged), "paid", numeral(account->paid),
                         "places", places, "holds", holds, "tickets", tickets, "history", history),
               stdout);
}

enum exit_code user_show(struct run *run)
{
    struct user_account account = {.user_id =
                                       arguments_number(&run->arguments, PARAMETER_BUYER, 0)};
    Onsale__V1__ListEventsRequest wanted = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    wanted.user_id = account.user_id;
    enum onsale_status status = user_account_get(run, &account);
    if (status == ONSALE_OK)
        status = event_tail_get(run, &wanted, HISTORY_EVENTS, &account.history);
    if (status == ONSALE_OK) {
        struct pager pager = pager_begin(&run->terminal);
        if (run->json)
            write_account(&account);
        else
            print_account(run, &account);
        pager_end(&pager);
    }
    user_account_free(&account);
    return status == ONSALE_OK ? EXIT_CODE_OK : run_refused(run);
}
