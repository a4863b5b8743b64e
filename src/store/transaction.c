#include "store/transaction.h"

#include "base/require.h"
#include "store/transaction_inside.h"

_Static_assert((int)TREES == (int)STORE_TREES, "every tree has a bit among the damaged ones");

static void count_damage(struct store_txn *txn)
{
    REQUIRE(txn->tree < TREES);
    if (txn->damage == NULL) return;
    atomic_fetch_or(&txn->damage->trees, UINT32_C(1) << txn->tree);
    atomic_fetch_add(&txn->damage->met, 1);
}

void store_txn_fail(struct store_txn *txn, enum status failure)
{
    REQUIRE(failure != STATUS_OK);
    if (txn->failure != STATUS_OK) return;
    txn->failure = failure;
    if (failure == STATUS_STORE_DAMAGED) count_damage(txn);
}

enum status store_txn_failure(const struct store_txn *txn)
{
    return txn->failure;
}

bool store_txn_pass_damage(struct store_txn *txn)
{
    REQUIRE(!txn->may_write);
    if (txn->failure != STATUS_STORE_DAMAGED) return false;
    txn->failure = STATUS_OK;
    return true;
}

void store_txn_set_place(struct store_txn *txn, struct store_meta *meta)
{
    REQUIRE(txn->may_write);
    if (txn->place.index == 0) return;
    meta->applied_epoch = txn->place.epoch;
    meta->applied_index = txn->place.index;
    txn->logged_ms = meta->now_ms;
    txn->has_place = true;
}

void store_txn_set_kind(struct store_txn *txn, enum log_kind kind)
{
    REQUIRE(txn->may_write);
    txn->kind = kind;
}

uint64_t store_txn_number(const struct store_txn *txn)
{
    return txn->number;
}

bool store_txn_may_write(const struct store_txn *txn)
{
    return txn->may_write;
}

void *store_txn_memo(const struct store_txn *txn, enum memo memo)
{
    REQUIRE(memo < MEMOS);
    REQUIRE(txn->memos != NULL);
    REQUIRE(txn->memos[memo] != NULL);
    return txn->memos[memo];
}
