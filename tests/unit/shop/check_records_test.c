/* check_records_test.c -- The check reads every record of every tree, whatever is wrong with one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/transaction.h"
#include "store/user_key.h"
#include "tests/unit/shop/shop.h"

enum { PAID_ID = 0x20, RECORDS_MAX = 200, VALUE_BYTES_MAX = 2048 };

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

static void put_record(struct store_txn *txn)
{
    struct writer value = {.start = edit.value, .at = (uint8_t *)edit.value + edit.size};
    record_put(txn, edit.tree, &edit.key, &value);
}

static void delete_record(struct store_txn *txn)
{
    record_delete(txn, edit.tree, &edit.key);
}

static void put(const struct record *record, size_t size)
{
    edit.tree = record->tree;
    edit.key = record->key;
    edit.value = record->value;
    edit.size = size;
    shop_edit(&all.shop, put_record);
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
    struct record unknown = {.key = {.size = 3, .bytes = {0xfe, 0xfe, 0xfe}}, .size = 1};
    for (unknown.tree = 0; unknown.tree < TREES; unknown.tree++) {
        put(&unknown, unknown.size);
        assert_found(unknown.tree, "record-unknown");
        shop_edit(&all.shop, delete_record);
    }
}

/* A bit of its key turned it into one of somebody else. */
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

#define RECORDS_TEST(name) cmocka_unit_test_setup_teardown(name, open_used_shop, close_used_shop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECORDS_TEST(a_record_of_any_tree_that_cant_be_unpacked_is_named),
        RECORDS_TEST(several_records_that_cant_be_unpacked_are_all_named),
        RECORDS_TEST(a_key_of_no_kind_is_named_in_any_tree),
        RECORDS_TEST(money_and_tickets_of_nobody_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
