#include "base/require.h"
#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

/* A timer is all key, sorted by when it is due. */
static struct key timer_key(const struct timer *timer)
{
    REQUIRE(timer->due_ms >= 0);
    struct key key = {0};
    key_add_u64(&key, (uint64_t)timer->due_ms);
    key_add_u8(&key, (uint8_t)timer->kind);
    if (timer->kind == TIMER_HOLD) {
        key_add_id(&key, timer->reservation_id.bytes);
    } else {
        key_add_u32(&key, timer->concert_id);
        key_add_u64(&key, timer->number);
    }
    return key;
}

static bool timer_unpack(struct store_txn *txn, const struct key *key, struct reader value,
                         struct timer *ret)
{
    struct reader reader = key_reader(key);
    struct timer timer = {.due_ms = (unix_ms)reader_big(&reader, sizeof timer.due_ms)};
    timer.kind = reader_u8_within(&reader, TIMER_HOLD, TIMER_ADMISSION);
    if (timer.kind == TIMER_HOLD) {
        reader_bytes(&reader, timer.reservation_id.bytes, ID_BYTES);
    } else {
        timer.concert_id = (uint32_t)reader_big(&reader, sizeof timer.concert_id);
        timer.number = reader_big(&reader, sizeof timer.number);
    }
    *ret = timer;
    return record_check(txn, &reader) && record_check(txn, &value);
}

void timer_put(struct store_txn *txn, const struct timer *timer)
{
    struct key key = timer_key(timer);
    struct writer nothing = writer_make(NULL, 0);
    record_put(txn, TREE_TIMERS, &key, &nothing);
}

void timer_remove(struct store_txn *txn, const struct timer *timer)
{
    struct key key = timer_key(timer);
    record_delete(txn, TREE_TIMERS, &key);
}

static bool find_first(struct store_txn *txn, struct timer *ret)
{
    struct key key = {0};
    struct reader value;
    return record_next(txn, TREE_TIMERS, &key, 0, &value) && timer_unpack(txn, &key, value, ret);
}

bool timer_first(struct store_txn *txn, struct timer *ret)
{
    if (txn->may_write) return find_first(txn, ret);
    if (!txn->knows_first_timer) {
        txn->has_first_timer = find_first(txn, &txn->first_timer);
        txn->knows_first_timer = true;
    }
    if (txn->has_first_timer) *ret = txn->first_timer;
    return txn->has_first_timer;
}

bool timer_next(struct store_txn *txn, const struct timer *after, struct timer *ret)
{
    struct key key = timer_key(after);
    struct reader value;
    return record_next(txn, TREE_TIMERS, &key, 0, &value) && timer_unpack(txn, &key, value, ret);
}
