/* data_damage_test.c -- A data file that is missing, linked, empty or damaged is refused by name,
 * mended, or told of; never is another one made in its place. */
#include "tests/store/fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/inside.h"
#include "store/meta.h"
#include "store/record.h"
#include "tests/lib/temp_folder.h"

static void assert_refused(struct fixture *fixture, const char *why)
{
    assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
    if (strstr(fixture->problem, why) == NULL) fail_msg("%s: %s", why, fixture->problem);
    assert_non_null(strstr(fixture->problem, fixture->path));
}

static void remove_file(const struct fixture *fixture, const char *name)
{
    char *path = temp_folder_join(fixture->path, name);
    assert_int_equal(unlink(path), 0);
    free(path);
}

static void a_data_file_that_is_missing_is_not_made_again(void **state)
{
    struct fixture *fixture = *state;
    assert_true(store_is_new(fixture->store));
    fixture_reopen(fixture);
    assert_false(store_is_new(fixture->store));
    fixture_close(fixture);
    remove_file(fixture, "data.mdb");
    assert_refused(fixture, "data.mdb is missing, and onsale.journal is there");
    remove_file(fixture, "onsale.journal");
    assert_refused(fixture, "data.mdb is missing, and lock.mdb tells");
    remove_file(fixture, "lock.mdb");
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_true(store_is_new(fixture->store));
}

static void a_data_file_that_is_empty_is_not_made_again(void **state)
{
    struct fixture *fixture = *state;
    char *data = temp_folder_join(fixture->path, "data.mdb");
    fixture_close(fixture);
    assert_int_equal(truncate(data, 0), 0);
    assert_refused(fixture, "data.mdb is empty");
    remove_file(fixture, "onsale.journal");
    assert_refused(fixture, "data.mdb is empty");
    free(data);
}

static void a_link_to_nothing_is_not_made_again(void **state)
{
    static const char *const names[] = {"data.mdb", "onsale.journal"};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < 2; i++) {
        char *path = temp_folder_join(fixture->path, names[i]);
        char *volume = temp_folder_join(fixture->parent, names[i]);
        fixture_close(fixture);
        assert_int_equal(rename(path, volume), 0);
        assert_int_equal(symlink(volume, path), 0);
        assert_int_equal(fixture_open(fixture), STATUS_OK);
        fixture_close(fixture);
        char *away = temp_folder_join(fixture->parent, "away");
        assert_int_equal(rename(volume, away), 0);
        assert_refused(fixture, names[i]);
        assert_refused(fixture, "is its volume mounted?");
        assert_int_equal(access(volume, F_OK), -1);
        assert_int_equal(rename(away, volume), 0);
        assert_int_equal(fixture_open(fixture), STATUS_OK);
        free(path);
        free(volume);
        free(away);
    }
}

static void flip(const char *path, off_t byte, unsigned bit)
{
    uint8_t found;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &found, 1, byte), 1);
    found ^= (uint8_t)(1 << bit);
    assert_int_equal(pwrite(fd, &found, 1, byte), 1);
    close(fd);
}

/* The journal has a copy of what LMDB would believe. */
static void a_flipped_bit_in_the_header_pages_is_mended(void **state)
{
    enum { HEADERS_BYTES = 2 * 4096, USED_BYTES = 200, STRIDE = 7 };
    struct fixture *fixture = *state;
    char *data = temp_folder_join(fixture->path, "data.mdb");
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    fixture_close(fixture);
    for (off_t byte = 0; byte < HEADERS_BYTES; byte += STRIDE) {
        if (byte % 4096 >= USED_BYTES) continue;
        flip(data, byte, (unsigned)byte % 8);
        assert_int_equal(fixture_open(fixture), STATUS_OK);
        assert_int_equal(fixture_read_wallet(fixture, 7), 100);
        fixture_close(fixture);
    }
    free(data);
}

static enum status put_spoilt_wallet(struct store_txn *txn, void *context)
{
    (void)context;
    uint8_t bytes[3] = {0};
    struct key key = {0};
    key_add_u64(&key, 8);
    key_add_u8(&key, 1);
    record_put_bytes(txn, TREE_USERS, &key, reader_make(bytes, sizeof bytes));
    return STATUS_OK;
}

static enum status get_and_pass(struct store_txn *txn, void *context)
{
    struct wallet wallet;
    assert_false(store_txn_pass_damage(txn));
    assert_false(wallet_get(txn, 8, &wallet));
    assert_true(store_txn_pass_damage(txn));
    assert_true(wallet_get(txn, 7, context));
    return STATUS_OK;
}

static const char *only_damaged_tree(const struct store *store)
{
    const char *only = NULL;
    for (unsigned i = 0; i < STORE_TREES; i++) {
        const char *name = store_damaged_tree(store, i);
        if (name == NULL) continue;
        assert_null(only);
        only = name;
    }
    return only;
}

static void what_is_met_of_damage_is_counted_and_named(void **state)
{
    struct fixture *fixture = *state;
    struct wallet wallet;
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    assert_int_equal(store_write(fixture->store, put_spoilt_wallet, NULL), STATUS_OK);
    assert_int_equal(store_damage_met(fixture->store), 0);
    assert_null(only_damaged_tree(fixture->store));
    for (uint64_t met = 1; met <= 3; met++) {
        assert_int_equal(store_read(fixture->store, get_and_pass, &wallet), STATUS_OK);
        assert_int_equal(wallet.balance, 100);
        assert_int_equal(store_damage_met(fixture->store), met);
        assert_string_equal(only_damaged_tree(fixture->store), "users");
    }
}

static enum status put_format(struct store_txn *txn, void *context)
{
    meta_put(txn, &(struct store_meta){.now_ms = 1});
    meta_format_put(txn, *(const uint32_t *)context);
    return STATUS_OK;
}

/* Else records that have a head would get another one, or none would have any. */
static void a_flipped_bit_of_the_number_of_the_format_is_refused(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 32; bit++) {
        void *made;
        uint32_t format = STORE_FORMAT_VERSION ^ UINT32_C(1) << bit;
        assert_int_equal(fixture_set_up(&made), 0);
        struct fixture *fixture = made;
        assert_int_equal(store_write(fixture->store, put_format, &format), STATUS_OK);
        fixture_close(fixture);
        enum status err = fixture_open(fixture);
        assert_true(err == STATUS_STORE_DAMAGED || err == STATUS_STORE_OTHER_FORMAT);
        assert_int_equal(fixture_tear_down(&made), 0);
    }
}

static enum status put_wallet_of_newer_format(struct store_txn *txn, void *context)
{
    uint8_t bytes[RECORD_HEAD_BYTES + 8 + 1];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    struct key key = {0};
    (void)context;
    key_add_u64(&key, 8);
    key_add_u8(&key, 1);
    writer_i64(&value, 100);
    value.format++;
    record_head_fill(TREE_USERS, key.bytes, key.size, &value);
    record_put_bytes(txn, TREE_USERS, &key, reader_make(bytes, writer_size(&value)));
    return STATUS_OK;
}

static void a_record_of_a_format_that_is_not_known_is_not_read(void **state)
{
    struct fixture *fixture = *state;
    struct wallet wallet;
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    assert_int_equal(store_write(fixture->store, put_wallet_of_newer_format, NULL), STATUS_OK);
    assert_int_equal(store_read(fixture->store, get_and_pass, &wallet), STATUS_OK);
}

static enum status change_balance(struct store_txn *txn, void *context)
{
    uint8_t bytes[RECORD_HEAD_BYTES + 8 + 1];
    struct reader value;
    struct key key = {0};
    (void)context;
    key_add_u64(&key, 8);
    key_add_u8(&key, 1);
    assert_true(record_get_bytes(txn, TREE_USERS, &key, &value));
    reader_bytes(&value, bytes, sizeof bytes);
    assert_true(reader_is_whole(&value));
    bytes[RECORD_HEAD_BYTES + 1] ^= 1; /* 256 more, or less */
    record_put_bytes(txn, TREE_USERS, &key, reader_make(bytes, sizeof bytes));
    return STATUS_OK;
}

static void a_balance_that_a_bit_has_changed_is_not_believed(void **state)
{
    struct fixture *fixture = *state;
    struct wallet wallet;
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    assert_int_equal(fixture_write_wallet(fixture, 8, 100), STATUS_OK);
    assert_int_equal(store_write(fixture->store, change_balance, NULL), STATUS_OK);
    assert_int_equal(store_read(fixture->store, get_and_pass, &wallet), STATUS_OK);
    assert_int_equal(store_damage_met(fixture->store), 1);
    assert_string_equal(only_damaged_tree(fixture->store), "users");
}

static enum status append_event(struct store_txn *txn, void *context)
{
    static struct event event = {.kind = EVENT_USER_CREATED, .user_id = 1};
    event.number = *(const uint64_t *)context;
    event_append(txn, &event);
    return STATUS_OK;
}

/* In every page that has it. */
static void change_event_key(const char *path, const uint8_t from[8], const uint8_t to[8])
{
    struct stat info;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &info), 0);
    uint8_t *bytes = malloc((size_t)info.st_size);
    assert_non_null(bytes);
    assert_int_equal(pread(fd, bytes, (size_t)info.st_size, 0), info.st_size);
    unsigned changed = 0;
    for (uint8_t *at = bytes; (at = memmem(at, (size_t)(bytes + info.st_size - at), from, 8)); at++)
        changed += pwrite(fd, to, 8, at - bytes) == 8;
    assert_true(changed > 0);
    free(bytes);
    close(fd);
}

static enum status list_events(struct store_txn *txn, void *context)
{
    struct event event = {0};
    unsigned *listed = context;
    while (event_next(txn, event.number, &event))
        assert_in_range(++*listed, 1, 5);
    return STATUS_OK;
}

static void events_whose_keys_are_out_of_order_do_not_go_round_for_ever(void **state)
{
    static const uint8_t from[8] = {0, 0, 0, 0, 0, 0, 0x77, 0x31};
    static const uint8_t to[8] = {0, 0, 0, 0, 0, 0, 0x70, 0x00};
    static const uint64_t numbers[] = {0x7701, 0x7711, 0x7721, 0x7731, 0x7741};
    struct fixture *fixture = *state;
    unsigned listed = 0;
    char *data = temp_folder_join(fixture->path, "data.mdb");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        uint64_t number = numbers[i];
        assert_int_equal(store_write(fixture->store, append_event, &number), STATUS_OK);
    }
    fixture_close(fixture);
    change_event_key(data, from, to);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(store_read(fixture->store, list_events, &listed), STATUS_STORE_DAMAGED);
    free(data);
}

static const void *map_start;
static uint64_t map_bytes;

static void note_map(const void *start, uint64_t bytes)
{
    map_start = start;
    map_bytes = bytes;
}

static void ignore(const char *what)
{
    (void)what;
}

static enum status find_wallet(struct store_txn *txn, void *context)
{
    struct key key = {0};
    key_add_u64(&key, 7);
    key_add_u8(&key, 1);
    assert_true(record_get(txn, TREE_USERS, &key, context));
    return STATUS_OK;
}

static void whoever_watches_is_told_where_the_data_file_is_mapped(void **state)
{
    static const struct store_watch watch = {.mapped = note_map, .broken = ignore};
    struct fixture *fixture = *state;
    struct reader value;
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    fixture->options.watch = &watch;
    fixture_reopen(fixture);
    assert_int_equal(store_read(fixture->store, find_wallet, &value), STATUS_OK);
    assert_int_equal(map_bytes, fixture->options.map_bytes);
    assert_true(value.at > (const uint8_t *)map_start);
    assert_true(value.at < (const uint8_t *)map_start + map_bytes);
    fixture_close(fixture);
    assert_null(map_start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_data_file_that_is_missing_is_not_made_again),
        FIXTURE_TEST(a_data_file_that_is_empty_is_not_made_again),
        FIXTURE_TEST(a_link_to_nothing_is_not_made_again),
        FIXTURE_TEST(a_flipped_bit_in_the_header_pages_is_mended),
        FIXTURE_TEST(what_is_met_of_damage_is_counted_and_named),
        cmocka_unit_test(a_flipped_bit_of_the_number_of_the_format_is_refused),
        FIXTURE_TEST(a_record_of_a_format_that_is_not_known_is_not_read),
        FIXTURE_TEST(a_balance_that_a_bit_has_changed_is_not_believed),
        FIXTURE_TEST(events_whose_keys_are_out_of_order_do_not_go_round_for_ever),
        FIXTURE_TEST(whoever_watches_is_told_where_the_data_file_is_mapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
