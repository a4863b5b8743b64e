/* user_show.c -- onsale user show: all of a user, for those who help them. It is gathered by
 * several calls: so it is no single moment. */
#include <inttypes.h>

#include "client/command/event_walk.h"
#include "client/command/output.h"
#include "client/command/pages.h"

enum { HISTORY_EVENTS = 10 };

enum list { PLACES, HOLDS, TICKETS, HISTORY, LISTS };

static const struct {
    const char *key; /* in JSON */
    const struct view *view;
} lists[LISTS] = {
    [PLACES] = {"places", &user_places_view},
    [HOLDS] = {"holds", &user_holds_view},
    [TICKETS] = {"tickets", &user_tickets_view},
    [HISTORY] = {"history", &user_history_view},
};

struct account {
    struct run *run;
    uint64_t user_id;
    const Onsale__V1__LookUpUserResponse *user;
    int64_t charged, paid; /* all of it */
    struct listing listings[LISTS];
};

/* --- Asking ----------------------------------------------------------------------------------- */

/* Beside a hold or a ticket is its date. */
static bool add_of_date(struct run *run, struct listing *listing, const ProtobufCMessage *message,
                        uint32_t performance_id)
{
    const ProtobufCMessage *date = run_look_up(run, &onsale_admin_look_up_performance_method,
                                               "performance_id", performance_id);
    if (date != NULL) listing_add(listing, message, date);
    return date != NULL;
}

static bool add_holds(struct account *account, uint32_t concert_id)
{
    struct pages pages =
        pages_of(account->run, &onsale_reservation_list_reservations_method, "reservations");
    ((Onsale__V1__ListReservationsRequest *)pages.request)->concert_id = concert_id;
    for (const Onsale__V1__Reservation *hold; (hold = pages_next(&pages)) != NULL;)
        if (hold->status == ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD &&
            !add_of_date(account->run, &account->listings[HOLDS], &hold->base,
                         hold->performance_id))
            return false;
    return !pages.is_refused;
}

/* The newest place in one queue, if there is one, and the holds behind it. */
static bool add_place(struct account *account, const Onsale__V1__Concert *concert)
{
    Onsale__V1__LookUpQueueEntryRequest request = ONSALE__V1__LOOK_UP_QUEUE_ENTRY_REQUEST__INIT;
    request.user_id = account->user_id;
    request.concert_id = concert->concert_id;
    const Onsale__V1__LookUpQueueEntryResponse *place =
        run_ask(account->run, &onsale_admin_look_up_queue_entry_method, &request.base, NULL);
    if (place == NULL) return account->run->error.status == ONSALE_QUEUE_ENTRY_NOT_FOUND;
    listing_add(&account->listings[PLACES], &place->entry->base, &concert->base);
    return add_holds(account, concert->concert_id);
}

static bool add_places(struct account *account)
{
    struct pages pages = pages_of(account->run, &onsale_catalog_list_concerts_method, "concerts");
    for (const Onsale__V1__Concert *concert; (concert = pages_next(&pages)) != NULL;)
        if (!add_place(account, concert)) return false;
    return !pages.is_refused;
}

static bool add_tickets(struct account *account)
{
    struct pages pages = pages_of(account->run, &onsale_payment_list_tickets_method, "tickets");
    for (const Onsale__V1__Ticket *ticket; (ticket = pages_next(&pages)) != NULL;)
        if (!add_of_date(account->run, &account->listings[TICKETS], &ticket->base,
                         ticket->performance_id))
            return false;
    return !pages.is_refused;
}

static bool add_money(struct account *account)
{
    struct pages pages =
        pages_of(account->run, &onsale_wallet_list_ledger_entries_method, "entries");
    for (const Onsale__V1__LedgerEntry *entry; (entry = pages_next(&pages)) != NULL;)
        if (entry->amount > 0)
            account->charged += entry->amount;
        else
            account->paid -= entry->amount;
    return !pages.is_refused;
}

static bool add_history(struct account *account)
{
    struct event_tail tail;
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    request.user_id = account->user_id;
    if (!event_tail_get(account->run, &request, HISTORY_EVENTS, &tail)) return false;
    for (size_t i = 0; i < tail.count; i++)
        listing_add(&account->listings[HISTORY], &tail.events[i]->base, NULL);
    return true;
}

/* --- Telling ---------------------------------------------------------------------------------- */

static void print_account(const struct account *account)
{
    output_line(stdout, "User %" PRIu64 "  balance %s  charged %s  paid %s%s", account->user_id,
                text_of_money(account->user->balance).bytes, text_of_money(account->charged).bytes,
                text_of_money(account->paid).bytes, account->user->blocked ? "  BLOCKED" : "");
    for (size_t i = 0; i < LISTS; i++) {
        if (account->listings[i].count > 0) fputc('\n', stdout);
        listing_print(&account->listings[i], account->run);
    }
}

static void write_account(const struct account *account)
{
    json_t *document = json_pack(
        "{so sb so so so}", "userId", json_sprintf("%" PRIu64, account->user_id), "blocked",
        (int)account->user->blocked, "balance", json_sprintf("%" PRId64, account->user->balance),
        "charged", json_sprintf("%" PRId64, account->charged), "paid",
        json_sprintf("%" PRId64, account->paid));
    for (size_t i = 0; i < LISTS; i++)
        json_object_set(document, lists[i].key, account->listings[i].items);
    json_write(document, stdout);
}

static void tell(const struct account *account)
{
    struct pager pager = pager_begin(&account->run->terminal);
    if (account->run->json)
        write_account(account);
    else
        print_account(account);
    pager_end(&pager);
}

enum exit_code user_show(struct run *run)
{
    struct account account = {
        .run = run,
        .user_id = arguments_number(&run->arguments, PARAMETER_BUYER, 0),
    };
    for (size_t i = 0; i < LISTS; i++)
        listing_init(&account.listings[i], run, lists[i].view);
    account.user = run_send(run, run_request(run));
    bool is_known = account.user != NULL && add_places(&account) && add_tickets(&account) &&
                    add_money(&account) && add_history(&account);
    if (is_known) tell(&account);
    for (size_t i = 0; i < LISTS; i++)
        listing_deinit(&account.listings[i]);
    return run_end(run, is_known);
}
