/* upgrade_heads.c -- From format 2 to 3: every record gets a head. In the slices of these steps,
 * and of those before, records are read and written without one (store_txn.is_headless). */
#include <string.h>

#include "base/limits.h"
#include "base/require.h"
#include "store/event_bytes.h"
#include "store/record.h"
#include "store/transaction.h"
#include "store/upgrade.h"

/* The largest is the event of blocking 500 seats. */
enum { BODY_BYTES_MAX = 4 * 1024 };

_Static_assert(EVENT_BYTES(SEATS_PER_BLOCK_CALL_MAX) + VARINT_BYTES_MAX + 2 <= BODY_BYTES_MAX,
               "it fits");

static bool never_has_head(enum tree tree, const struct key *key)
{
    static const char counters[] = "counters";
    size_t size = sizeof counters - 1;
    return tree == TREE_META && (key->size != size || memcmp(key->bytes, counters, size) != 0);
}

/* It is not called for what has a head already: the place where an upgrade goes on is behind it. */
void upgrade_head(struct store_txn *txn, enum tree tree, const struct key *key, struct reader body)
{
    REQUIRE(body.format <= HEADLESS_FORMAT);
    REQUIRE(tree < TREES);
    uint8_t bytes[RECORD_HEAD_BYTES + BODY_BYTES_MAX];
    size_t size = (size_t)(body.end - body.at);
    if (never_has_head(tree, key)) return;
    if (size > BODY_BYTES_MAX) {
        store_txn_fail(txn, STATUS_STORE_DAMAGED);
        return;
    }
    struct writer record = writer_make(bytes, sizeof bytes);
    record.format = body.format;
    record.at += RECORD_HEAD_BYTES;
    writer_bytes(&record, body.at, size);
    record_head_fill((uint8_t)tree, key->bytes, key->size, &record);
    record_put_bytes(txn, tree, key, reader_make(bytes, writer_size(&record)));
}
