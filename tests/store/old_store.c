#include "tests/store/old_store.h"

#include <stdlib.h>
#include <string.h>

#include "store/inside.h"
#include "store/meta.h"
#include "store/record.h"
#include "tests/lib/temp_folder.h"

enum { NOW = 1000 * 1000, DUE = NOW + 50 * 1000, LATER_FORMAT_BYTES = 2 + 6 * 8 };

struct sizes {
    uint16_t users;
    uint16_t concerts;
};

/* --- Making ----------------------------------------------------------------------------------- */

void old_store_cut_queue(struct store_txn *txn, uint32_t concert_id)
{
    uint8_t bytes[256];
    struct key key = {0};
    struct reader value;
    key_add_u32(&key, concert_id);
    assert_true(record_get_bytes(txn, TREE_QUEUES, &key, &value));
    size_t size = (size_t)(value.end - value.at);
    assert_in_range(size, LATER_FORMAT_BYTES, sizeof bytes);
    size -= LATER_FORMAT_BYTES;
    reader_bytes(&value, bytes, size);
    record_put_bytes(txn, TREE_QUEUES, &key, reader_make(bytes, size));
}

static void put_charge(struct store_txn *txn, uint16_t user_id)
{
    struct ledger_entry entry = {
        .user_id = user_id, .kind = LEDGER_CHARGE, .amount = 1, .balance_after = 1};
    uint16_t mixed = (uint16_t)(user_id * 40503u);
    memcpy(entry.id.bytes, &mixed, sizeof mixed);
    memcpy(entry.id.bytes + sizeof mixed, &user_id, sizeof user_id);
    wallet_put(txn, &(struct wallet){.user_id = user_id, .balance = 1});
    ledger_put(txn, &entry);
}

static void put_concert(struct store_txn *txn, uint32_t concert_id)
{
    struct concert concert = {.id = concert_id, .title = "a"};
    struct performance performance = {.id = concert_id,
                                      .concert_id = concert_id,
                                      .seat_count = 1,
                                      .sale_opens_at_ms = NOW + concert_id % 3 * 1000,
                                      .sale_closes_at_ms = INT64_MAX};
    struct queue queue = queue_make(concert_id, queue_policy_default(), 0, NOW);
    queue.policy.admission_paused = concert_id % 5 == 0;
    concert_put(txn, &concert);
    performance_put(txn, &performance);
    queue_put(txn, &queue);
}

/* Two queues share each list. */
static void put_timers(struct store_txn *txn, uint32_t concert_id, uint16_t concerts)
{
    struct timer_list list = {
        .kind = TIMER_WAITING,
        .due_ms = DUE + concert_id,
        .batch = concert_id,
        .count = 2,
        .items = {{.run = {concert_id, 2, 5}}, {.run = {concert_id % concerts + 1, 1, 9}}}};
    timer_list_put(txn, &list);
}

static enum status put_all(struct store_txn *txn, void *context)
{
    const struct sizes *sizes = context;
    txn->is_headless = true;
    for (uint16_t user_id = 1; user_id <= sizes->users; user_id++)
        put_charge(txn, user_id);
    for (uint16_t concert_id = 1; concert_id <= sizes->concerts; concert_id++) {
        put_concert(txn, concert_id);
        put_timers(txn, concert_id, sizes->concerts);
    }
    meta_put(txn, &(struct store_meta){.now_ms = NOW, .last_batch = 100, .users = sizes->users});
    return STATUS_OK;
}

static enum status make_old(struct store_txn *txn, void *context)
{
    const struct sizes *sizes = context;
    txn->is_headless = true;
    for (uint16_t concert_id = 1; concert_id <= sizes->concerts; concert_id++)
        old_store_cut_queue(txn, concert_id);
    assert_int_equal(mdb_drop(txn->mdb, txn->trees[TREE_LEDGER_IDS], 1), MDB_SUCCESS);
    meta_format_put(txn, 1);
    return STATUS_OK;
}

void old_store_make(struct fixture *fixture, uint16_t users, uint16_t concerts)
{
    struct sizes sizes = {users, concerts};
    assert_int_equal(store_write(fixture->store, put_all, &sizes), STATUS_OK);
    assert_int_equal(store_write(fixture->store, make_old, &sizes), STATUS_OK);
    fixture_close(fixture);
}

/* --- Dumping ---------------------------------------------------------------------------------- */

struct dump {
    enum tree tree;
    uint8_t *bytes;
    size_t size;
    size_t capacity;
};

static void add(struct dump *dump, const void *bytes, size_t size)
{
    while (dump->capacity - dump->size < size) {
        dump->capacity = dump->capacity * 2 + 4096;
        dump->bytes = realloc(dump->bytes, dump->capacity);
        assert_non_null(dump->bytes);
    }
    if (size > 0) memcpy(dump->bytes + dump->size, bytes, size);
    dump->size += size;
}

static void add_part(struct dump *dump, struct reader part)
{
    uint32_t size = (uint32_t)(part.end - part.at);
    add(dump, &size, sizeof size);
    add(dump, part.at, size);
}

static bool dump_record(void *context, struct reader key, struct reader value)
{
    struct dump *dump = context;
    uint8_t tree = (uint8_t)dump->tree;
    add(dump, &tree, sizeof tree);
    add_part(dump, key);
    add_part(dump, value);
    return true;
}

static enum status dump_all(struct store_txn *txn, void *context)
{
    struct dump *dump = context;
    for (dump->tree = 0; dump->tree < TREES; dump->tree++)
        record_visit(txn, dump->tree, &(struct key){0}, dump_record, dump);
    return STATUS_OK;
}

struct store_dump old_store_dump(struct store *store)
{
    struct dump dump = {0};
    assert_int_equal(store_read(store, dump_all, &dump), STATUS_OK);
    return (struct store_dump){dump.bytes, dump.size};
}

void old_store_copy(const char *from, const char *to)
{
    temp_folder_copy_file(from, to, "data.mdb");
    temp_folder_copy_file(from, to, "onsale.journal");
    temp_folder_copy_file(from, to, "onsale.journal.flushed");
}

uint32_t old_store_check(const struct store_options *options, const char *path,
                         const struct store_dump *expected)
{
    struct store_options there = *options;
    struct store *store;
    char problem[STORE_PROBLEM_BYTES];
    there.path = path;
    assert_int_equal(store_open(&there, problem, &store), STATUS_OK);
    struct store_dump dump = old_store_dump(store);
    assert_int_equal(dump.size, expected->size);
    assert_memory_equal(dump.bytes, expected->bytes, dump.size);
    free(dump.bytes);
    uint32_t upgraded_from = store_upgraded_from(store);
    store_close(store);
    return upgraded_from;
}

struct store_dump old_store_upgrade_copy(struct fixture *fixture)
{
    char *folder = temp_folder_make();
    struct store_options options = fixture->options;
    struct store *store;
    options.path = folder;
    options.room_bytes = FIXTURE_ROOM_BYTES;
    options.upgrading = NULL;
    old_store_copy(fixture->path, folder);
    assert_int_equal(store_open(&options, fixture->problem, &store), STATUS_OK);
    assert_int_equal(store_upgraded_from(store), 1);
    struct store_dump dump = old_store_dump(store);
    store_close(store);
    temp_folder_remove(folder);
    return dump;
}
