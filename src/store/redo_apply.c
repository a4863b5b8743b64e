#include "store/redo_apply.h"

#include "base/require.h"
#include "store/record.h"
#include "store/record_head.h"
#include "store/redo.h"
#include "store/seats.h"
#include "store/transaction.h"

/* The leader, whose log this is, knows more formats. Whoever read the record here would take it for
 * damaged. */
static bool is_newer(const struct store_txn *txn, const struct redo_change *change)
{
    uint8_t format = record_format(txn);
    bool has_head = change->kind == REDO_PUT && format > HEADLESS_FORMAT &&
                    (size_t)(change->value.end - change->value.at) >= RECORD_HEAD_BYTES;
    return has_head && change->value.at[RECORD_CHECKSUM_BYTES] > format;
}

static void apply_one(struct store_txn *txn, const struct redo_change *change)
{
    REQUIRE(change->key.size >= 1);
    switch (change->kind) {
    case REDO_PUT:
        record_put_bytes(txn, change->tree, &change->key, change->value);
        return;
    case REDO_DELETE:
        record_delete(txn, change->tree, &change->key);
        return;
    case REDO_CHANGE:
        seat_block_redo(txn, &change->key, change->value);
        return;
    }
}

void redo_apply(struct store_txn *txn, const uint8_t *bytes, size_t size)
{
    REQUIRE(bytes != NULL || size == 0);
    struct reader reader = reader_make(bytes, size);
    struct redo_change change;
    REQUIRE(store_txn_may_write(txn));
    while (store_txn_failure(txn) == STATUS_OK && reader.at < reader.end) {
        if (!redo_take(&reader, &change))
            store_txn_fail(txn, STATUS_STORE_DAMAGED);
        else if (is_newer(txn, &change))
            store_txn_fail(txn, STATUS_LOG_NEWER);
        else
            apply_one(txn, &change);
    }
}
