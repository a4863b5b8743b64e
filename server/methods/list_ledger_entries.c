#include "onsale/v1/wallet.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "server/present/page.h"

static enum status fill(struct call *call, uint64_t user_id, struct ledger_id after,
                        uint32_t page_size, Onsale__V1__ListLedgerEntriesResponse *response)
{
    struct arena *arena = call->rpc->arena;
    struct ledger_entry entry = {.id = after};
    struct ledger_entry next;
    response->entries = present_array(arena, page_size);
    if (response->entries == NULL) return STATUS_OUT_OF_MEMORY;

    while (ledger_next_of_user(call->txn, user_id, entry.id, &next)) {
        if (response->n_entries == page_size) {
            response->next_page_token = page_token_of_id(arena, entry.id.bytes);
            return response->next_page_token == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
        }
        entry = next;
        Onsale__V1__LedgerEntry *message = present_ledger_entry(arena, &entry);
        if (message == NULL) return STATUS_OUT_OF_MEMORY;
        response->entries[response->n_entries++] = message;
    }
    return STATUS_OK;
}

enum status list_ledger_entries(struct call *call,
                                const Onsale__V1__ListLedgerEntriesRequest *request,
                                Onsale__V1__ListLedgerEntriesResponse *response)
{
    struct ledger_id after;
    struct wallet wallet;

    enum status err = call_check_user_id(call, request->user_id);
    if (err != STATUS_OK) return err;
    if (!wallet_get(call->txn, request->user_id, &wallet)) return STATUS_USER_NOT_FOUND;
    err = page_token_read_id(request->page_token, after.bytes);
    if (err != STATUS_OK) return err;

    return fill(call, request->user_id, after, call_page_size(request->page_size), response);
}
