/* check_records_test.c -- The check reads every record of every tree, whatever is wrong with one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/inside.h"
#include "store/inspect.h"
#include "store/user_key.h"
#include "tests/lib/sanitized.h"
#include "tests/unit/shop/shop.h"

enum { PAID_ID = 0x20, RECORDS_MAX = 200, VALUE_BYTES_MAX = 2048 };

enum { BITS_STRIDE = IS_SANITIZED ? 7 : 1 };

struct record {
    enum tree tree;
    struct key key;
    size_t size;
    uint8_t value[VALUE_BYTES_MAX + 1];
};

/* Every record of a shop in which somebody has paid. */
static struct {
    struct shop shop;
    enum tree tree;    /* being read */
    size_t violations; /* that it has: somebody who waits is not there */
    size_t count;
    struct record records[RECORDS_MAX];
} all;

static bool add_record(void *context, struct reader key, struct reader value)
{
    (void)context;
    struct record *record = &all.records[all.count++];
    assert_in_range(all.count, 1, RECORDS_MAX);
    record->tree = all.tree;
    record->key.size = (size_t)(key.end - key.at);
    memcpy(record->key.bytes, key.at, record->key.size);
    record->size = (size_t)(value.end - value.at);
    assert_in_range(record->size, 0, VALUE_BYTES_MAX);
    if (record->size > 0) memcpy(record->value, value.at, record->size);
    return true;
}

static enum status read_all(struct store_txn *txn, void *context)
{
    (void)context;
    for (all.tree = 0; all.tree < TREES; all.tree++) {
        size_t before = all.count;
        record_visit(txn, all.tree, &(struct key){0}, add_record, NULL);
        assert_true(all.count > before);
    }
    return STATUS_OK;
}

/* So that the tree of those who wait has a record. */
static void rank_nobody(struct store_txn *txn)
{
    queue_rank_add(txn, CONCERT, 1000);
}

static int open_used_shop(void **state)
{
    (void)state;
    all.count = 0;
    shop_open(&all.shop);
    shop_stock(&all.shop);
    shop_hold(&all.shop, PAID_ID);
    shop_pay(&all.shop, PAID_ID);
    shop_edit(&all.shop, rank_nobody);
    all.violations = shop_check(&all.shop).violations_count;
    return store_read(all.shop.store, read_all, NULL) == STATUS_OK ? 0 : -1;
}

static int close_used_shop(void **state)
{
    (void)state;
    shop_close(&all.shop);
    return 0;
}

/* The record that an edit is about, and the bytes that it gets. */
static struct {
    enum tree tree;
    struct key key;
    const uint8_t *value;
    size_t size;
} edit;

static void put_bytes(struct store_txn *txn)
{
    record_put_bytes(txn, edit.tree, &edit.key, reader_make(edit.value, edit.size));
}

/* The head is that of what is put: what is behind it is to be found wrong. */
static void put_record(struct store_txn *txn)
{
    uint8_t bytes[VALUE_BYTES_MAX + 1];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    if (edit.size < RECORD_HEAD_BYTES) {
        put_bytes(txn);
        return;
    }
    writer_bytes(&value, edit.value + RECORD_HEAD_BYTES, edit.size - RECORD_HEAD_BYTES);
    record_put(txn, edit.tree, &edit.key, &value);
}

static void delete_record(struct store_txn *txn)
{
    record_delete(txn, edit.tree, &edit.key);
}

static void take(const struct record *record, size_t size)
{
    edit.tree = record->tree;
    edit.key = record->key;
    edit.value = record->value;
    edit.size = size;
}

/* "format" and "needs", which have no head. */
static bool is_plain(const struct record *record)
{
    return record->tree == TREE_META &&
           (record->key.bytes[0] == 'f' || record->key.bytes[0] == 'n');
}

/* What a newer server leaves for an older one to say. */
static bool is_words(const struct record *record)
{
    return record->tree == TREE_META && record->key.bytes[0] == 'n';
}

static void put(const struct record *record, size_t size)
{
    take(record, size);
    shop_edit(&all.shop, is_plain(record) ? put_bytes : put_record);
}

static bool is_named(const struct violation *violation, enum tree tree)
{
    return strstr(violation->description, tree_name(tree)) != NULL;
}

static void assert_found(enum tree tree, const char *what)
{
    struct check_report report = shop_check(&all.shop);
    for (size_t i = 0; i < report.violations_count; i++)
        if (is_named(&report.violations[i], tree) &&
            strstr(report.violations[i].invariant, what) != NULL)
            return;
    fail_msg("%s in %s was not found among %zu", what, tree_name(tree), report.violations_count);
}

static void a_record_of_any_tree_that_cant_be_unpacked_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < all.count; i++) {
        put(&all.records[i], all.records[i].size + 1);
        assert_found(all.records[i].tree, "damaged");
        put(&all.records[i], all.records[i].size);
    }
    assert_int_equal(shop_check(&all.shop).violations_count, all.violations);
}

static void several_records_that_cant_be_unpacked_are_all_named(void **state)
{
    (void)state;
    for (enum tree tree = 0; tree < TREES; tree++)
        for (size_t i = 0; i < all.count; i++)
            if (all.records[i].tree == tree) {
                put(&all.records[i], all.records[i].size + 1);
                break;
            }
    for (enum tree tree = 0; tree < TREES; tree++)
        assert_found(tree, "damaged");
}

static void a_key_of_no_kind_is_named_in_any_tree(void **state)
{
    (void)state;
    struct record unknown = {.key = {.size = 3, .bytes = {0xfe, 0xfe, 0xfe}},
                             .size = RECORD_HEAD_BYTES + 1};
    for (unknown.tree = 0; unknown.tree < TREES; unknown.tree++) {
        put(&unknown, unknown.size);
        assert_found(unknown.tree, "record-unknown");
        shop_edit(&all.shop, delete_record);
    }
}

/* As if a bit of its key had turned it into one of somebody else, and the checksum with it. */
static void money_and_tickets_of_nobody_are_named(void **state)
{
    (void)state;
    size_t moved = 0;
    for (size_t i = 0; i < all.count; i++) {
        struct record record = all.records[i];
        if (record.tree != TREE_USERS || record.key.bytes[8] == USER_WALLET) continue;
        record.key.bytes[0] ^= 1;
        put(&record, record.size);
        assert_found(TREE_USERS, "record-without-owner");
        shop_edit(&all.shop, delete_record);
        moved++;
    }
    assert_true(moved >= 2);
}

/* --- Bits ------------------------------------------------------------------------------------- */

/* One bit of each of several records is flipped at a time: as many of a tree as are named. */
enum { PER_TREE = 8 };

static struct {
    struct record records[RECORDS_MAX];
    bool is_found[RECORDS_MAX];
    size_t count;
} flipped;

static void flip(uint8_t *bytes, size_t bit)
{
    bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
}

/* @return Whether the record is one of those of its tree that have their turn. */
static bool has_turn(size_t i, size_t turn)
{
    size_t before = 0;
    for (size_t k = 0; k < i; k++)
        before += all.records[k].tree == all.records[i].tree;
    return before / PER_TREE == turn;
}

static bool is_there(const struct record *wanted)
{
    for (size_t i = 0; i < all.count; i++)
        if (all.records[i].tree == wanted->tree && all.records[i].key.size == wanted->key.size &&
            memcmp(all.records[i].key.bytes, wanted->key.bytes, wanted->key.size) == 0)
            return true;
    return false;
}

static void flip_value(size_t i, size_t bit)
{
    if (bit >= all.records[i].size * 8 || is_words(&all.records[i])) return;
    struct record *record = &flipped.records[flipped.count++];
    *record = all.records[i];
    flip(record->value, bit);
}

static void flip_key(size_t i, size_t bit)
{
    if (bit >= all.records[i].key.size * 8) return;
    struct record *record = &flipped.records[flipped.count];
    *record = all.records[i];
    flip(record->key.bytes, bit);
    if (!is_there(record)) flipped.count++;
}

static enum status put_flipped(struct store_txn *txn, void *context)
{
    (void)context;
    for (size_t i = 0; i < flipped.count; i++) {
        const struct record *record = &flipped.records[i];
        record_put_bytes(txn, record->tree, &record->key, reader_make(record->value, record->size));
    }
    return STATUS_OK;
}

static enum status take_flipped_back(struct store_txn *txn, void *context)
{
    (void)context;
    for (size_t i = 0; i < flipped.count; i++)
        record_delete(txn, flipped.records[i].tree, &flipped.records[i].key);
    for (size_t i = 0; i < all.count; i++)
        record_put_bytes(txn, all.records[i].tree, &all.records[i].key,
                         reader_make(all.records[i].value, all.records[i].size));
    return STATUS_OK;
}

static bool is_of(const struct store_finding *finding, const struct record *record)
{
    char key[STORE_FINDING_KEY_BYTES] = "";
    for (size_t i = 0; i < record->key.size; i++)
        snprintf(key + 2 * i, 3, "%02x", record->key.bytes[i]);
    return strcmp(finding->tree, tree_name(record->tree)) == 0 && strcmp(finding->key, key) == 0;
}

static void note_finding(void *context, const struct store_finding *finding)
{
    (void)context;
    for (size_t i = 0; i < flipped.count; i++)
        flipped.is_found[i] |= is_of(finding, &flipped.records[i]);
}

static enum status look_for_flipped(struct store_txn *txn, void *context)
{
    memset(flipped.is_found, 0, sizeof flipped.is_found);
    store_inspect(txn, note_finding, context);
    return STATUS_OK;
}

static void try_bit(void (*flip_one)(size_t i, size_t bit), size_t turn, size_t bit)
{
    flipped.count = 0;
    for (size_t i = 0; i < all.count; i++)
        if (has_turn(i, turn)) flip_one(i, bit);
    if (flipped.count == 0) return;
    assert_int_equal(store_write(all.shop.store, put_flipped, NULL), STATUS_OK);
    assert_int_equal(store_read(all.shop.store, look_for_flipped, NULL), STATUS_OK);
    for (size_t i = 0; i < flipped.count; i++)
        if (!flipped.is_found[i])
            fail_msg("bit %zu of a record in %s", bit, tree_name(flipped.records[i].tree));
    assert_int_equal(store_write(all.shop.store, take_flipped_back, NULL), STATUS_OK);
}

static void try_bits(void (*flip_one)(size_t i, size_t bit), size_t bits_max)
{
    for (size_t turn = 0; turn * PER_TREE < all.count; turn++)
        for (size_t bit = 0; bit < bits_max; bit += BITS_STRIDE)
            try_bit(flip_one, turn, bit);
    assert_int_equal(shop_check(&all.shop).violations_count, all.violations);
}

static void a_flipped_bit_of_any_record_is_named(void **state)
{
    (void)state;
    try_bits(flip_value, VALUE_BYTES_MAX * 8);
}

static void a_record_under_a_key_with_a_flipped_bit_is_named(void **state)
{
    (void)state;
    try_bits(flip_key, KEY_BYTES_MAX * 8);
}

static void put_newer_record(struct store_txn *txn)
{
    uint8_t bytes[VALUE_BYTES_MAX + 1];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    value.format = STORE_FORMAT_VERSION + 1;
    writer_bytes(&value, edit.value + RECORD_HEAD_BYTES, edit.size - RECORD_HEAD_BYTES);
    record_head_fill((uint8_t)edit.tree, edit.key.bytes, edit.key.size, &value);
    record_put_bytes(txn, edit.tree, &edit.key, reader_make(bytes, writer_size(&value)));
}

static void a_record_of_a_newer_format_is_named_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < all.count; i++) {
        if (is_plain(&all.records[i])) continue;
        take(&all.records[i], all.records[i].size);
        shop_edit(&all.shop, put_newer_record);
        assert_found(all.records[i].tree, "record-of-newer-format");
        shop_edit(&all.shop, put_bytes);
    }
}

#define RECORDS_TEST(name) cmocka_unit_test_setup_teardown(name, open_used_shop, close_used_shop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECORDS_TEST(a_record_of_any_tree_that_cant_be_unpacked_is_named),
        RECORDS_TEST(several_records_that_cant_be_unpacked_are_all_named),
        RECORDS_TEST(a_key_of_no_kind_is_named_in_any_tree),
        RECORDS_TEST(money_and_tickets_of_nobody_are_named),
        RECORDS_TEST(a_flipped_bit_of_any_record_is_named),
        RECORDS_TEST(a_record_under_a_key_with_a_flipped_bit_is_named),
        RECORDS_TEST(a_record_of_a_newer_format_is_named_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
