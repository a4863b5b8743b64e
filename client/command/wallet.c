/* wallet.c -- onsale wallet ... */
#include <stdio.h>

#include "base/limits.h"
#include "client/command/command.h"
#include "client/command/output.h"
#include "client/command/pages.h"
#include "client/command/show.h"
#include "client/command/text.h"

static const struct parameter parameter_amount = {
    .value = "AMOUNT",
    .help = "Money to add, in the smallest unit of the currency: 330,000.",
    .kind = PARAMETER_NUMBER,
    .min = 1,
    .max = CHARGE_AMOUNT_MAX,
    .required = true,
};

static void print_balance(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    int64_t balance = ((const Onsale__V1__GetBalanceResponse *)answer)->balance;
    output_line(stdout, "Balance  %s", text_of_money(balance).bytes);
}

static enum exit_code show(struct run *run)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    Onsale__V1__GetBalanceResponse *response = NULL;
    request.user_id = run_number(run, &parameter_user_word);
    enum onsale_status status =
        onsale_wallet_get_balance(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_balance);
}

static const char *kind_text(Onsale__V1__LedgerEntryKind kind)
{
    return text_of_enum(&onsale__v1__ledger_entry_kind__descriptor, (int)kind);
}

static void print_charge(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    const Onsale__V1__LedgerEntry *entry =
        ((const Onsale__V1__ChargeBalanceResponse *)answer)->entry;
    struct table table;
    table_init(&table, field_columns);
    show_field(&table, "Charge", "%s", text_of_id(entry->entry_id).bytes);
    show_field(&table, "Amount", "%s", text_of_money(entry->amount).bytes);
    show_field(&table, "Balance after", "%s", text_of_money(entry->balance_after).bytes);
    show_field(&table, "Charged", "%s", text_of_instant(entry->created_at_ms).bytes);
    show_fields(&table);
}

static enum exit_code charge(struct run *run)
{
    Onsale__V1__ChargeBalanceRequest request = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    Onsale__V1__ChargeBalanceResponse *response = NULL;
    request.user_id = run_number(run, &parameter_user_word);
    request.amount = (int64_t)run_number(run, &parameter_amount);
    request.charge_id = run_id(run);
    enum onsale_status status =
        onsale_wallet_charge_balance(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_charge);
}

static enum onsale_status fetch_ledger(struct run *run, uint32_t page_size, char *page_token,
                                       ProtobufCMessage **ret_page)
{
    Onsale__V1__ListLedgerEntriesRequest request = ONSALE__V1__LIST_LEDGER_ENTRIES_REQUEST__INIT;
    Onsale__V1__ListLedgerEntriesResponse *response;
    request.user_id = run_number(run, &parameter_user_word);
    request.page_size = page_size;
    request.page_token = page_token;
    enum onsale_status status =
        onsale_wallet_list_ledger_entries(run->channel, &request, NULL, &response, &run->error);
    if (status == ONSALE_OK) *ret_page = &response->base;
    return status;
}

static void add_ledger_row(struct table *table, const ProtobufCMessage *item)
{
    const Onsale__V1__LedgerEntry *entry = (const void *)item;
    table_cell(table, "%s", text_of_instant(entry->created_at_ms).bytes);
    table_cell(table, "%s", kind_text(entry->kind));
    table_cell(table, "%s", text_of_money(entry->amount).bytes);
    table_cell(table, "%s", text_of_money(entry->balance_after).bytes);
    table_cell(table, "%s", text_of_id(entry->entry_id).bytes);
}

static enum exit_code list_ledger(struct run *run)
{
    static const struct column columns[] = {
        {"WHEN", COLUMN_LEFT},     {"KIND", COLUMN_LEFT}, {"AMOUNT", COLUMN_RIGHT},
        {"BALANCE", COLUMN_RIGHT}, {"ID", COLUMN_LEFT},   {0},
    };
    static const struct list list = {fetch_ledger, add_ledger_row, columns, "Nothing so far."};
    return list_print(run, &list);
}

static const struct parameter *const show_parameters[] = {&parameter_user_word, NULL};
static const struct parameter *const charge_parameters[] = {&parameter_user_word, &parameter_amount,
                                                            &parameter_id, NULL};
static const struct parameter *const ledger_parameters[] = {&parameter_user_word, &parameter_limit,
                                                            NULL};

const struct command wallet_commands[] = {
    {"wallet show", show_parameters, "Show the balance.", NULL, show},
    {"wallet charge", charge_parameters, "Add money to the balance.",
     "Repeating it with the same --id adds the money once.\n", charge},
    {"wallet ledger", ledger_parameters, "List the changes of the balance, oldest first.", NULL,
     list_ledger},
    {0},
};
