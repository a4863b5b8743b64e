#include "client/command/user_account.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/require.h"

/* Makes room for one more element, and returns it. */
static void *grow(void *list, size_t *count, size_t size)
{
    void **place = list;
    *place = realloc(*place, (*count + 1) * size);
    REQUIRE(*place != NULL);
    return (uint8_t *)*place + (*count)++ * size;
}

static void keep(struct user_account *account, ProtobufCMessage *answer)
{
    ProtobufCMessage **place = grow(&account->answers, &account->answers_count, sizeof *place);
    *place = answer;
}

/* --- Dates ------------------------------------------------------------------------------------ */

static const struct user_date *find_date(const struct user_account *account,
                                         uint32_t performance_id)
{
    for (size_t i = 0; i < account->dates_count; i++)
        if (account->dates[i].performance_id == performance_id) return &account->dates[i];
    return NULL;
}

const Onsale__V1__LookUpPerformanceResponse *user_account_date(const struct user_account *account,
                                                               uint32_t performance_id)
{
    const struct user_date *date = find_date(account, performance_id);
    REQUIRE(date != NULL);
    return date->about;
}

static enum onsale_status get_date(struct run *run, struct user_account *account,
                                   uint32_t performance_id)
{
    Onsale__V1__LookUpPerformanceRequest request = ONSALE__V1__LOOK_UP_PERFORMANCE_REQUEST__INIT;
    Onsale__V1__LookUpPerformanceResponse *answer;
    if (find_date(account, performance_id) != NULL) return ONSALE_OK;
    request.performance_id = performance_id;
    enum onsale_status status =
        onsale_admin_look_up_performance(run->channel, &request, NULL, &answer, &run->error);
    if (status != ONSALE_OK) return status;
    keep(account, &answer->base);
    struct user_date *date = grow(&account->dates, &account->dates_count, sizeof *date);
    *date = (struct user_date){performance_id, answer};
    return ONSALE_OK;
}

/* --- Places and holds ------------------------------------------------------------------------- */

static enum onsale_status get_holds(struct run *run, struct user_account *account,
                                    uint32_t concert_id)
{
    Onsale__V1__ListReservationsRequest request = ONSALE__V1__LIST_RESERVATIONS_REQUEST__INIT;
    Onsale__V1__ListReservationsResponse *page;
    enum onsale_status status = ONSALE_OK;
    request.user_id = account->user_id;
    request.concert_id = concert_id;
    request.page_size = PAGE_SIZE_MAX;
    do {
        status =
            onsale_reservation_list_reservations(run->channel, &request, NULL, &page, &run->error);
        if (status != ONSALE_OK) return status;
        keep(account, &page->base);
        for (size_t i = 0; i < page->n_reservations && status == ONSALE_OK; i++) {
            if (page->reservations[i]->status !=
                ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD)
                continue;
            Onsale__V1__Reservation **hold =
                grow(&account->holds, &account->holds_count, sizeof *hold);
            *hold = page->reservations[i];
            status = get_date(run, account, (*hold)->performance_id);
        }
        request.page_token = page->next_page_token;
    } while (status == ONSALE_OK && request.page_token[0] != '\0');
    return status;
}

static enum onsale_status get_place(struct run *run, struct user_account *account,
                                    const Onsale__V1__Concert *concert)
{
    Onsale__V1__LookUpQueueEntryRequest request = ONSALE__V1__LOOK_UP_QUEUE_ENTRY_REQUEST__INIT;
    Onsale__V1__LookUpQueueEntryResponse *answer;
    request.user_id = account->user_id;
    request.concert_id = concert->concert_id;
    enum onsale_status status =
        onsale_admin_look_up_queue_entry(run->channel, &request, NULL, &answer, &run->error);
    if (status == ONSALE_QUEUE_ENTRY_NOT_FOUND) return ONSALE_OK;
    if (status != ONSALE_OK) return status;
    keep(account, &answer->base);
    struct user_place *place = grow(&account->places, &account->places_count, sizeof *place);
    *place = (struct user_place){concert, answer};
    return get_holds(run, account, concert->concert_id);
}

static enum onsale_status get_places(struct run *run, struct user_account *account)
{
    Onsale__V1__ListConcertsRequest request = ONSALE__V1__LIST_CONCERTS_REQUEST__INIT;
    Onsale__V1__ListConcertsResponse *page;
    enum onsale_status status;
    request.page_size = PAGE_SIZE_MAX;
    do {
        status = onsale_catalog_list_concerts(run->channel, &request, NULL, &page, &run->error);
        if (status != ONSALE_OK) return status;
        keep(account, &page->base);
        for (size_t i = 0; i < page->n_concerts && status == ONSALE_OK; i++)
            status = get_place(run, account, page->concerts[i]);
        request.page_token = page->next_page_token;
    } while (status == ONSALE_OK && request.page_token[0] != '\0');
    return status;
}

/* --- Tickets and money ------------------------------------------------------------------------ */

static enum onsale_status get_tickets(struct run *run, struct user_account *account)
{
    Onsale__V1__ListTicketsRequest request = ONSALE__V1__LIST_TICKETS_REQUEST__INIT;
    Onsale__V1__ListTicketsResponse *page;
    enum onsale_status status;
    request.user_id = account->user_id;
    request.page_size = PAGE_SIZE_MAX;
    do {
        status = onsale_payment_list_tickets(run->channel, &request, NULL, &page, &run->error);
        if (status != ONSALE_OK) return status;
        keep(account, &page->base);
        for (size_t i = 0; i < page->n_tickets && status == ONSALE_OK; i++) {
            Onsale__V1__Ticket **ticket =
                grow(&account->tickets, &account->tickets_count, sizeof *ticket);
            *ticket = page->tickets[i];
            status = get_date(run, account, (*ticket)->performance_id);
        }
        request.page_token = page->next_page_token;
    } while (status == ONSALE_OK && request.page_token[0] != '\0');
    return status;
}

static enum onsale_status get_money(struct run *run, struct user_account *account)
{
    Onsale__V1__ListLedgerEntriesRequest request = ONSALE__V1__LIST_LEDGER_ENTRIES_REQUEST__INIT;
    Onsale__V1__ListLedgerEntriesResponse *page;
    request.user_id = account->user_id;
    request.page_size = PAGE_SIZE_MAX;
    do {
        enum onsale_status status =
            onsale_wallet_list_ledger_entries(run->channel, &request, NULL, &page, &run->error);
        if (status != ONSALE_OK) return status;
        keep(account, &page->base);
        for (size_t i = 0; i < page->n_entries; i++) {
            int64_t amount = page->entries[i]->amount;
            if (amount > 0)
                account->charged += amount;
            else
                account->paid -= amount;
        }
        request.page_token = page->next_page_token;
    } while (request.page_token[0] != '\0');
    return ONSALE_OK;
}

static enum onsale_status get_user(struct run *run, struct user_account *account)
{
    Onsale__V1__LookUpUserRequest request = ONSALE__V1__LOOK_UP_USER_REQUEST__INIT;
    Onsale__V1__LookUpUserResponse *answer;
    request.user_id = account->user_id;
    enum onsale_status status =
        onsale_admin_look_up_user(run->channel, &request, NULL, &answer, &run->error);
    if (status != ONSALE_OK) return status;
    keep(account, &answer->base);
    account->balance = answer->balance;
    account->is_blocked = answer->blocked;
    return ONSALE_OK;
}

enum onsale_status user_account_get(struct run *run, struct user_account *account)
{
    enum onsale_status status = get_user(run, account);
    if (status == ONSALE_OK) status = get_places(run, account);
    if (status == ONSALE_OK) status = get_tickets(run, account);
    if (status == ONSALE_OK) status = get_money(run, account);
    return status;
}

void user_account_free(struct user_account *account)
{
    for (size_t i = 0; i < account->answers_count; i++)
        protobuf_c_message_free_unpacked(account->answers[i], NULL);
    free(account->answers);
    free(account->places);
    free(account->holds);
    free(account->tickets);
    free(account->dates);
    event_tail_free(&account->history);
    *account = (struct user_account){0};
}
