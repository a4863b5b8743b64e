#include "store/headless.h"

#include <string.h>

#include "store/transaction.h"
#include "store/upgrade.h"

/* Of format 1: before openings, waiting clocks and stops. */
enum {
    POLICY_BYTES = 3 * 4 + 3 * 8 + 2,
    QUEUE_BYTES_OF_1 = POLICY_BYTES + 8 + 2 * 4 + 3 * 8,
    STATE_BYTES_OF_1 = 8 + 16 * 4,
};

enum { COUNTERS_BYTES = 6 * 8 };

/* The largest is the event of blocking 500 seats. */
enum { BODY_BYTES_MAX = 4 * 1024 };

uint8_t headless_format(enum tree tree, size_t size)
{
    bool is_of_1 = (tree == TREE_QUEUES && size == QUEUE_BYTES_OF_1) ||
                   (tree == TREE_PERFORMANCE_STATES && size == STATE_BYTES_OF_1);
    return is_of_1 ? 1 : HEADLESS_FORMAT;
}

static struct key counters_key(void)
{
    static const char name[] = "counters";
    struct key key = {.size = sizeof name - 1};
    memcpy(key.bytes, name, key.size);
    return key;
}

bool headless_is_true(struct store_txn *txn)
{
    struct key key = counters_key();
    struct reader value;
    return !record_get_bytes(txn, TREE_META, &key, &value) ||
           value.end - value.at == COUNTERS_BYTES;
}

static bool never_has_head(enum tree tree, const struct key *key)
{
    struct key counters = counters_key();
    return tree == TREE_META &&
           (key->size != counters.size || memcmp(key->bytes, counters.bytes, key->size) != 0);
}

/* It is not called for what has a head already: the place where an upgrade goes on is behind it. */
void headless_upgrade(struct store_txn *txn, enum tree tree, const struct key *key,
                      struct reader body)
{
    uint8_t bytes[RECORD_HEAD_BYTES + BODY_BYTES_MAX];
    size_t size = (size_t)(body.end - body.at);
    if (never_has_head(tree, key)) return;
    if (size > BODY_BYTES_MAX) {
        store_txn_fail(txn, STATUS_STORE_DAMAGED);
        return;
    }
    struct writer record = writer_make(bytes, sizeof bytes);
    record.format = headless_format(tree, size);
    record.at += RECORD_HEAD_BYTES;
    writer_bytes(&record, body.at, size);
    record_head_fill((uint8_t)tree, key->bytes, key->size, &record);
    record_put_bytes(txn, tree, key, reader_make(bytes, writer_size(&record)));
}
