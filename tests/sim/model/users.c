#include <string.h>

#include "base/require.h"
#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

bool model_user_id_is_valid(uint64_t user_id)
{
    return user_id >= 1 && user_id <= INT64_MAX;
}

bool model_id_is_valid(ProtobufCBinaryData id)
{
    static const uint8_t zeros[ID_BYTES];
    return id.len == ID_BYTES && memcmp(id.data, zeros, ID_BYTES) != 0;
}

bool model_user_is_known(const struct model *model, uint64_t user_id)
{
    for (size_t i = 0; i < model->users_count; i++)
        if (model->users[i] == user_id) return true;
    return false;
}

bool *model_user_block(struct model *model, uint64_t user_id)
{
    size_t i = 0;
    while (i < model->users_count && model->users[i] != user_id)
        i++;
    REQUIRE(i < model->users_count);
    return &model->users_blocked[i];
}

int64_t model_balance(const struct model *model, uint64_t user_id)
{
    int64_t balance = 0;
    for (size_t i = 0; i < model->changes_count; i++)
        if (model->changes[i].user_id == user_id) balance += model->changes[i].amount;
    return balance;
}

const struct model_change *model_find_change(const struct model *model, ProtobufCBinaryData id)
{
    for (size_t i = 0; i < model->changes_count; i++)
        if (id.len == ID_BYTES && memcmp(model->changes[i].id, id.data, ID_BYTES) == 0)
            return &model->changes[i];
    return NULL;
}

struct model_change *model_add_change(struct model *model, uint64_t user_id, ProtobufCBinaryData id,
                                      int64_t amount)
{
    REQUIRE(model->changes_count < MODEL_LEDGER_MAX);
    struct model_change *change = &model->changes[model->changes_count];
    *change = (struct model_change){
        .user_id = user_id,
        .amount = amount,
        .balance_after = model_balance(model, user_id) + amount,
        .created_at_ms = model->now_ms,
    };
    memcpy(change->id, id.data, ID_BYTES);
    model->changes_count++;
    return change;
}

static void present(struct arena *arena, const struct model_change *change,
                    Onsale__V1__LedgerEntry *ret)
{
    ret->entry_id = message_bytes(arena, change->id, ID_BYTES);
    ret->kind = change->reservation == NULL
                    ? ONSALE__V1__LEDGER_ENTRY_KIND__LEDGER_ENTRY_KIND_CHARGE
                    : ONSALE__V1__LEDGER_ENTRY_KIND__LEDGER_ENTRY_KIND_PAYMENT;
    ret->amount = change->amount;
    ret->balance_after = change->balance_after;
    ret->created_at_ms = change->created_at_ms;
}

/* --- Methods ---------------------------------------------------------------------------------- */

enum status model_create_user(struct model *model, const void *request, void *response,
                              struct answer *answer)
{
    const Onsale__V1__CreateUserRequest *req = request;
    Onsale__V1__CreateUserResponse *res = response;
    (void)answer;

    if (!model_user_id_is_valid(req->user_id)) return STATUS_ARGUMENT_INVALID;
    if (model_user_is_known(model, req->user_id)) return STATUS_OK;
    REQUIRE(model->users_count < MODEL_USERS_MAX);
    model->users[model->users_count++] = req->user_id;
    res->created = true;
    return STATUS_OK;
}

enum status model_look_up_user(struct model *model, const void *request, void *response,
                               struct answer *answer)
{
    const Onsale__V1__LookUpUserRequest *req = request;
    Onsale__V1__LookUpUserResponse *res = response;
    (void)answer;

    if (!model_user_id_is_valid(req->user_id)) return STATUS_ARGUMENT_INVALID;
    if (!model_user_is_known(model, req->user_id)) return STATUS_USER_NOT_FOUND;
    res->user_id = req->user_id;
    res->balance = model_balance(model, req->user_id);
    res->blocked = *model_user_block(model, req->user_id);
    return STATUS_OK;
}

enum status model_get_balance(struct model *model, const void *request, void *response,
                              struct answer *answer)
{
    const Onsale__V1__GetBalanceRequest *req = request;
    Onsale__V1__GetBalanceResponse *res = response;
    (void)answer;

    if (!model_user_id_is_valid(req->user_id)) return STATUS_ARGUMENT_INVALID;
    if (!model_user_is_known(model, req->user_id)) return STATUS_USER_NOT_FOUND;
    res->balance = model_balance(model, req->user_id);
    return STATUS_OK;
}

enum status model_charge_balance(struct model *model, const void *request, void *response,
                                 struct answer *answer)
{
    const Onsale__V1__ChargeBalanceRequest *req = request;
    Onsale__V1__ChargeBalanceResponse *res = response;

    if (!model_user_id_is_valid(req->user_id) || !model_id_is_valid(req->charge_id))
        return STATUS_ARGUMENT_INVALID;
    if (req->amount < 1 || req->amount > CHARGE_AMOUNT_MAX) return STATUS_AMOUNT_INVALID;
    if (!model_user_is_known(model, req->user_id)) return STATUS_USER_NOT_FOUND;

    const struct model_change *change = model_find_change(model, req->charge_id);
    if (change != NULL && (change->user_id != req->user_id || change->reservation != NULL ||
                           change->amount != req->amount))
        return STATUS_ID_REUSED;
    if (change == NULL) {
        if (model_balance(model, req->user_id) + req->amount > BALANCE_MAX)
            return STATUS_BALANCE_OVERFLOW;
        change = model_add_change(model, req->user_id, req->charge_id, req->amount);
    }
    res->entry = message_make(answer->arena, &onsale__v1__ledger_entry__descriptor);
    present(answer->arena, change, res->entry);
    return STATUS_OK;
}

/* The user's change with the smallest id after another. */
static const struct model_change *next_change(const struct model *model, uint64_t user_id,
                                              const uint8_t after[ID_BYTES])
{
    const struct model_change *next = NULL;
    for (size_t i = 0; i < model->changes_count; i++) {
        const struct model_change *change = &model->changes[i];
        if (change->user_id != user_id || memcmp(change->id, after, ID_BYTES) <= 0) continue;
        if (next == NULL || memcmp(change->id, next->id, ID_BYTES) < 0) next = change;
    }
    return next;
}

enum status model_list_ledger_entries(struct model *model, const void *request, void *response,
                                      struct answer *answer)
{
    const Onsale__V1__ListLedgerEntriesRequest *req = request;
    Onsale__V1__ListLedgerEntriesResponse *res = response;

    if (!model_user_id_is_valid(req->user_id)) return STATUS_ARGUMENT_INVALID;
    if (!model_user_is_known(model, req->user_id)) return STATUS_USER_NOT_FOUND;
    enum status err = model_open_page(model, req->page_token, answer->page_after);
    if (err != STATUS_OK) return err;

    size_t size = model_page_size(req->page_size);
    res->entries = message_make_array(answer->arena, &onsale__v1__ledger_entry__descriptor, size);
    const struct model_change *change;
    while ((change = next_change(model, req->user_id, answer->page_after)) != NULL &&
           res->n_entries < size) {
        present(answer->arena, change, res->entries[res->n_entries++]);
        memcpy(answer->page_after, change->id, ID_BYTES);
    }
    if (change != NULL) res->next_page_token = "more";
    return STATUS_OK;
}
