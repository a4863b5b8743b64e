#include "store/timers.h"

#include "base/require.h"
#include "store/codec.h"
#include "store/record.h"
#include "store/transaction.h"

_Static_assert(TIMER_KINDS <= 32, "every kind has its bit");

_Static_assert(1 + 4 + 8 + 8 + 4 <= KEY_BYTES_MAX,
               "the key of a line fits: kind, concert, time, batch, serial");
_Static_assert(TIMER_ITEMS_MAX *TIMER_ITEM_BYTES < 1900, "a list fits half a page");

/* Sorted by kind, then by when it is due: what has to be done in time does not wait behind what may
 * be done late. Each line has a clock of its own, so it is sorted by itself. */
static struct key list_key(const struct timer_list *list)
{
    REQUIRE(list->due_ms >= 0);
    REQUIRE((list->kind == TIMER_LINE) == (list->concert_id != 0));
    struct key key = {0};
    key_add_u8(&key, (uint8_t)list->kind);
    if (list->kind == TIMER_LINE) key_add_u32(&key, list->concert_id);
    key_add_u64(&key, (uint64_t)list->due_ms);
    key_add_u64(&key, list->batch);
    key_add_u32(&key, list->serial);
    return key;
}

static struct key kind_key(enum timer_kind kind)
{
    REQUIRE(kind >= TIMER_HOLD);
    REQUIRE(kind < TIMER_KINDS);
    struct key key = {0};
    key_add_u8(&key, (uint8_t)kind);
    return key;
}

static struct key line_key(uint32_t concert_id)
{
    REQUIRE(concert_id != 0);
    struct key key = kind_key(TIMER_LINE);
    key_add_u32(&key, concert_id);
    return key;
}

bool timer_list_open(struct store_txn *txn, struct reader key, struct reader value,
                     struct timer_list *ret)
{
    ret->kind = (enum timer_kind)reader_big(&key, sizeof(uint8_t));
    bool is_line = ret->kind == TIMER_LINE;
    ret->concert_id = is_line ? (uint32_t)reader_big(&key, sizeof ret->concert_id) : 0;
    ret->due_ms = (unix_ms)reader_big(&key, sizeof ret->due_ms);
    ret->batch = reader_big(&key, sizeof ret->batch);
    ret->serial = (uint32_t)reader_big(&key, sizeof ret->serial);
    if (ret->due_ms < 0 || is_line != (ret->concert_id != 0)) key.is_damaged = true;
    timer_list_unpack(&value, ret);
    return record_check(txn, &key) && record_check(txn, &value);
}

static bool is_known(const struct timers_due *timers, enum timer_kind kind)
{
    return (timers->known & 1u << kind) != 0;
}

void timer_list_put(struct store_txn *txn, const struct timer_list *list)
{
    REQUIRE(list->count >= 1);
    REQUIRE(list->count <= TIMER_ITEMS_MAX);
    struct timers_due *timers = store_txn_memo(txn, MEMO_TIMERS);
    struct key key = list_key(list);
    uint8_t bytes[timer_list_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    timer_list_pack(&value, list);
    record_put(txn, TREE_TIMERS, &key, &value);
    if (is_known(timers, list->kind) && list->due_ms < timers->due_ms[list->kind])
        timers->due_ms[list->kind] = list->due_ms;
}

void timer_list_delete(struct store_txn *txn, const struct timer_list *list)
{
    REQUIRE(store_txn_may_write(txn));
    struct timers_due *timers = store_txn_memo(txn, MEMO_TIMERS);
    struct key key = list_key(list);
    record_delete(txn, TREE_TIMERS, &key);
    timers->known &= ~(1u << list->kind);
}

/* @param ret_value  As for record_next. */
static bool first_of(struct store_txn *txn, enum timer_kind kind, struct key *ret_key,
                     struct reader *ret_value)
{
    *ret_key = kind_key(kind);
    return record_from(txn, TREE_TIMERS, ret_key, sizeof(uint8_t), ret_value);
}

bool timer_list_first(struct store_txn *txn, enum timer_kind kind, struct timer_list *ret)
{
    struct key key;
    struct reader value;
    if (!first_of(txn, kind, &key, &value)) return false;
    if (!timer_list_open(txn, key_reader(&key), value, ret)) return false;
    REQUIRE(ret->kind == kind);
    return true;
}

bool timer_list_after(struct store_txn *txn, enum timer_kind kind, unix_ms after_ms,
                      struct timer_list *ret)
{
    struct key key = kind_key(kind);
    struct reader value;
    size_t prefix = key.size;
    REQUIRE(kind != TIMER_LINE);
    REQUIRE(after_ms >= 0);
    key_add_u64(&key, (uint64_t)after_ms + 1);
    if (!record_from(txn, TREE_TIMERS, &key, prefix, &value)) return false;
    if (!timer_list_open(txn, key_reader(&key), value, ret)) return false;
    REQUIRE(ret->due_ms > after_ms);
    return true;
}

bool timer_line_first(struct store_txn *txn, uint32_t concert_id, struct timer_list *ret)
{
    struct key key = line_key(concert_id);
    struct reader value;
    if (!record_from(txn, TREE_TIMERS, &key, key.size, &value)) return false;
    if (!timer_list_open(txn, key_reader(&key), value, ret)) return false;
    REQUIRE(ret->concert_id == concert_id);
    return true;
}

static unix_ms find_due(struct store_txn *txn, enum timer_kind kind)
{
    struct key key;
    unix_ms due_ms;
    if (!first_of(txn, kind, &key, NULL)) return UNIX_MS_NEVER;
    struct reader reader = key_reader(&key);
    reader_u8(&reader);
    return (unix_ms)reader_big(&reader, sizeof due_ms);
}

unix_ms timer_due(struct store_txn *txn, enum timer_kind kind)
{
    struct timers_due *timers = store_txn_memo(txn, MEMO_TIMERS);
    REQUIRE(kind < TIMER_KINDS);
    REQUIRE(kind != TIMER_LINE);
    if (!is_known(timers, kind)) timers->due_ms[kind] = find_due(txn, kind);
    timers->known |= 1u << kind;
    return timers->due_ms[kind];
}

struct visit {
    struct store_txn *txn;
    unix_ms until_ms;
    bool (*visit)(void *context, const struct timer_list *list);
    void *context;
};

static bool visit_list(void *context, struct reader key, struct reader value)
{
    const struct visit *visit = context;
    struct timer_list list;
    return record_open(visit->txn, TREE_TIMERS, key, &value) &&
           timer_list_open(visit->txn, key, value, &list) && list.due_ms <= visit->until_ms &&
           visit->visit(visit->context, &list);
}

void timer_lists_visit(struct store_txn *txn, enum timer_kind kind, unix_ms until_ms,
                       bool (*visit)(void *context, const struct timer_list *list), void *context)
{
    REQUIRE(visit != NULL);
    struct visit state = {txn, until_ms, visit, context};
    struct key prefix = kind_key(kind);
    record_visit(txn, TREE_TIMERS, &prefix, visit_list, &state);
}

void timer_line_visit(struct store_txn *txn, uint32_t concert_id, unix_ms until_ms,
                      bool (*visit)(void *context, const struct timer_list *list), void *context)
{
    REQUIRE(concert_id != 0);
    REQUIRE(visit != NULL);
    struct visit state = {txn, until_ms, visit, context};
    struct key prefix = line_key(concert_id);
    record_visit(txn, TREE_TIMERS, &prefix, visit_list, &state);
}
