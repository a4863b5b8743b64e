#include <string.h>

#include "onsale/v1/wallet.methods.h"
#include "server/engine/call.h"
#include "server/present.h"

/* The charge as it shall be, before anybody knows the balance. */
static enum status check(struct call *call, const Onsale__V1__ChargeBalanceRequest *request,
                         struct ledger_entry *ret_entry)
{
    struct ledger_entry entry = {.user_id = request->user_id,
                                 .kind = LEDGER_CHARGE,
                                 .amount = request->amount,
                                 .created_at_ms = call->now_ms};

    enum status err = call_check_user_id(call, request->user_id);
    if (err == STATUS_OK)
        err = call_check_id(call, "charge_id", request->charge_id, entry.id.bytes);
    if (err != STATUS_OK) return err;
    if (request->amount < 1 || request->amount > CHARGE_AMOUNT_MAX) return STATUS_AMOUNT_INVALID;

    *ret_entry = entry;
    return STATUS_OK;
}

static bool is_same_charge(const struct ledger_entry *a, const struct ledger_entry *b)
{
    return a->kind == b->kind && a->amount == b->amount;
}

static enum status respond(struct call *call, const struct ledger_entry *entry,
                           Onsale__V1__ChargeBalanceResponse *response)
{
    response->entry = present_ledger_entry(call->rpc->arena, entry);
    return response->entry == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

static void save(struct call *call, const struct wallet *wallet, const struct ledger_entry *entry)
{
    struct event event = {
        .kind = EVENT_BALANCE_CHARGED, .user_id = entry->user_id, .amount = entry->amount};
    memcpy(event.record_id, entry->id.bytes, ID_BYTES);
    wallet_put(call->txn, wallet);
    ledger_put(call->txn, entry);
    batch_add_event(call->batch, &event);
}

enum status charge_balance(struct call *call, const Onsale__V1__ChargeBalanceRequest *request,
                           Onsale__V1__ChargeBalanceResponse *response)
{
    struct ledger_entry entry;
    struct ledger_entry earlier;
    struct wallet wallet;

    enum status err = check(call, request, &entry);
    if (err != STATUS_OK) return err;

    if (!wallet_get(call->txn, entry.user_id, &wallet)) return STATUS_USER_NOT_FOUND;
    if (ledger_id_is_used(call->txn, entry.id)) {
        bool is_own = ledger_get(call->txn, entry.user_id, entry.id, &earlier);
        return is_own && is_same_charge(&entry, &earlier) ? respond(call, &earlier, response)
                                                          : STATUS_ID_REUSED;
    }

    err = wallet_charge(&wallet, entry.amount);
    if (err != STATUS_OK) return err;
    entry.balance_after = wallet.balance;
    err = respond(call, &entry, response);
    if (err != STATUS_OK) return err;

    save(call, &wallet, &entry);
    return STATUS_OK;
}
