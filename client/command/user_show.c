/* user_show.c -- onsale user show: all of a user, for those who help them. */
#include <inttypes.h>

#include "client/command/command.h"
#include "client/command/event_tail.h"
#include "client/command/json.h"
#include "client/command/output.h"
#include "client/command/user_account.h"

enum { HISTORY_EVENTS = 10 };

/* --- Tables ----------------------------------------------------------------------------------- */

typedef struct record record_at(const struct user_account *account, size_t i);

static struct record place_at(const struct user_account *account, size_t i)
{
    const struct user_place *place = &account->places[i];
    return (struct record){&place->entry->entry->base, &place->concert->base};
}

static struct record hold_at(const struct user_account *account, size_t i)
{
    const Onsale__V1__Reservation *hold = account->holds[i];
    return (struct record){&hold->base, &user_account_date(account, hold->performance_id)->base};
}

static struct record ticket_at(const struct user_account *account, size_t i)
{
    const Onsale__V1__Ticket *ticket = account->tickets[i];
    return (struct record){&ticket->base,
                           &user_account_date(account, ticket->performance_id)->base};
}

static struct record event_at(const struct user_account *account, size_t i)
{
    return (struct record){&account->history.events[i]->base, NULL};
}

static void print_table(const struct run *run, const struct user_account *account,
                        const struct view *view, size_t count, record_at *at)
{
    struct column columns[TABLE_COLUMNS_MAX + 1];
    struct table table;
    view_columns(view->fields, columns);
    table_init(&table, columns);
    for (size_t i = 0; i < count; i++) {
        struct record record = at(account, i);
        view_add_row(&table, view->fields, &record);
    }
    if (count > 0) {
        fputc('\n', stdout);
        table_print(&table, run->terminal.table_width, stdout);
    }
    table_deinit(&table);
}

static void print_account(const struct run *run, const struct user_account *account)
{
    output_line(stdout, "User %" PRIu64 "  balance %s  charged %s  paid %s%s", account->user_id,
                text_of_money(account->balance).bytes, text_of_money(account->charged).bytes,
                text_of_money(account->paid).bytes, account->is_blocked ? "  BLOCKED" : "");
    print_table(run, account, &user_places_view, account->places_count, place_at);
    print_table(run, account, &user_holds_view, account->holds_count, hold_at);
    print_table(run, account, &user_tickets_view, account->tickets_count, ticket_at);
    print_table(run, account, &user_history_view, account->history.count, event_at);
}

/* --- JSON ------------------------------------------------------------------------------------- */

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
                         json_sprintf("%" PRIu64, account->user_id), "blocked",
                         json_boolean(account->is_blocked), "balance",
                         json_sprintf("%" PRId64, account->balance), "charged",
                         json_sprintf("%" PRId64, account->charged), "paid",
                         json_sprintf("%" PRId64, account->paid), "places", places, "holds", holds,
                         "tickets", tickets, "history", history),
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
