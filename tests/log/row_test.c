/* row_test.c -- Rows of the log as bytes: what goes in comes out, what was changed is refused, and
 * what there is no memory for is neither lost nor done twice. */
#include "log/row.h"

#include <string.h>

#include "base/require.h"
#include "log/plant.h"
#include "tests/lib/failing_malloc.h"
#include "tests/log/memory_world.h"

enum { ENTRIES = 5, REDO_BYTES = 700 };

struct taken {
    uint64_t count, first, last;
    size_t bytes;
};

static enum status take(void *context, const struct log_entry *entry)
{
    struct taken *taken = context;
    if (taken->count++ == 0) taken->first = entry->index;
    taken->last = entry->index;
    taken->bytes += entry->redo_size;
    assert_int_equal(entry->time_ms, 1000 + (int)entry->index);
    for (size_t i = 0; i < entry->redo_size; i++)
        assert_int_equal(entry->redo[i], i % 7);
    return STATUS_OK;
}

static void make(struct log_row *row, struct log_bytes *body, bool is_plain)
{
    struct log_bytes entries = {0};
    uint8_t redo[REDO_BYTES];
    for (size_t i = 0; i < sizeof redo; i++)
        redo[i] = (uint8_t)(i % 7);
    for (int i = 0; i < ENTRIES; i++) {
        struct log_entry entry = {
            .kind = LOG_BATCH, .time_ms = 1010 + i, .redo = redo, .redo_size = (size_t)(i * 100)};
        assert_true(log_row_add(&entries, &entry));
    }
    *row = (struct log_row){.head = {.index = 10,
                                     .count = ENTRIES,
                                     .epoch = 3,
                                     .batch = {1, 2, 3},
                                     .durable = 9,
                                     .time_ms = 1014,
                                     .format = LOG_ROW_FORMAT}};
    struct log_packer packer = {0};
    assert_int_equal(
        log_row_close(row, entries.bytes, entries.size, is_plain ? NULL : &packer, body),
        STATUS_OK);
    assert_int_equal(log_row_time(entries.bytes, entries.size), row->head.time_ms);
    log_packer_free(&packer);
    log_bytes_free(&entries);
}

static enum status visit(const struct log_row *row, uint64_t after, uint64_t last,
                         struct taken *taken)
{
    char problem[LOG_PROBLEM_BYTES];
    struct log_bytes room = {0};
    *taken = (struct taken){0};
    enum status err = log_row_visit(row, after, last, &room, take, taken, problem);
    log_bytes_free(&room);
    return err;
}

static void entries_come_out_as_they_went_in(void **state)
{
    (void)state;
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        struct log_row row;
        struct log_bytes body = {0};
        struct taken taken;
        make(&row, &body, is_plain);
        assert_int_equal(visit(&row, 0, UINT64_MAX, &taken), STATUS_OK);
        assert_int_equal(taken.count, ENTRIES);
        assert_int_equal(taken.bytes, 1000);
        assert_int_equal(visit(&row, 11, 13, &taken), STATUS_OK);
        assert_int_equal(taken.first, 12);
        assert_int_equal(taken.last, 13);
        log_bytes_free(&body);
    }
}

/* The numbers are little-endian on every machine: these are the bytes of the first version. */
static void the_bytes_of_an_entry_stay_as_they_are(void **state)
{
    (void)state;
    static const uint8_t wanted[] = {2, 0, 3, 0, 2, 0,   0,   0,   8,   7,  6,
                                     5, 4, 3, 2, 1, 'a', 'b', 'c', 'd', 'e'};
    struct log_bytes entries = {0};
    struct log_entry entry = {.kind = LOG_START,
                              .time_ms = 0x0102030405060708,
                              .note = (const uint8_t *)"abc",
                              .note_size = 3,
                              .redo = (const uint8_t *)"de",
                              .redo_size = 2};
    assert_true(log_row_add(&entries, &entry));
    assert_int_equal(entries.size, sizeof wanted);
    assert_memory_equal(entries.bytes, wanted, sizeof wanted);
    struct log_row row = {.head = {.index = 1, .count = 1, .epoch = 2, .batch = {5}, .format = 1}};
    struct log_bytes body = {0};
    assert_int_equal(log_row_close(&row, entries.bytes, entries.size, NULL, &body), STATUS_OK);
    assert_true(row.head.checksum == 0x653924941e88614a);
    log_bytes_free(&entries);
    log_bytes_free(&body);
}

static void a_bit_that_flips_is_found(void **state)
{
    (void)state;
    struct log_row row;
    struct log_bytes body = {0};
    struct taken taken;
    make(&row, &body, false);
    for (size_t bit = 0; bit < 8 * body.size; bit++) {
        body.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(visit(&row, 0, UINT64_MAX, &taken), STATUS_LOG_DAMAGED);
        assert_int_equal(taken.count, 0);
        body.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    struct log_row changed[] = {row, row, row, row, row, row, row};
    changed[0].head.index ^= 1;
    changed[1].head.count ^= 1;
    changed[2].head.epoch ^= 1;
    changed[3].head.batch[15] ^= 1;
    changed[4].head.durable ^= 1;
    changed[5].head.time_ms ^= 1;
    changed[6].head.body_size -= 1;
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++)
        assert_int_equal(visit(&changed[i], 0, UINT64_MAX, &taken), STATUS_LOG_DAMAGED);
    log_bytes_free(&body);
}

/* A later version has more of them. */
static void an_entry_of_a_kind_that_is_not_known_is_of_a_later_version(void **state)
{
    (void)state;
    struct log_bytes entries = {0}, body = {0};
    struct log_row row = {.head = {.index = 7, .count = 2, .epoch = 1, .format = LOG_ROW_FORMAT}};
    struct log_entry entry = {.kind = LOG_BATCH, .time_ms = 1007};
    struct taken taken;
    assert_true(log_row_add(&entries, &entry));
    entry.kind = (enum log_kind)(LOG_END + 1);
    assert_true(log_row_add(&entries, &entry));
    assert_int_equal(log_row_close(&row, entries.bytes, entries.size, NULL, &body), STATUS_OK);
    assert_int_equal(visit(&row, 0, UINT64_MAX, &taken), STATUS_LOG_NEWER);
    assert_int_equal(taken.count, 0);
    log_bytes_free(&body);
    log_bytes_free(&entries);
}

static void a_row_takes_as_many_entries_as_fit(void **state)
{
    (void)state;
    static uint8_t redo[5 << 20];
    struct log_bytes entries = {0};
    struct log_entry entry = {.kind = LOG_BATCH, .redo = redo, .redo_size = sizeof redo};
    uint32_t count = 0;
    for (int i = 0; i < 3; i++)
        assert_true(log_row_add(&entries, &entry));
    assert_int_equal(log_row_front(entries.bytes, entries.size, &count), sizeof redo + 16);
    assert_int_equal(count, 1);
    log_bytes_free(&entries);
}

/* --- Without memory --------------------------------------------------------------------------- */

/* Whichever allocation fails: an entry is taken or it is not, and what was taken is appended once.
 */
static void an_allocation_that_fails_loses_nothing(void **state)
{
    struct world *world = *state;
    size_t failures = 0, number = 1;
    for (bool has_failed = true; has_failed; number++) {
        struct copy leader = {0}, follower = {0};
        world->methods->make(world, 1);
        world_lead(world, 0, &leader);
        world_log(world, 1);
        struct log_entry entry = {.kind = LOG_BATCH,
                                  .index = 2,
                                  .epoch = leader.place.epoch,
                                  .redo = (const uint8_t *)"a",
                                  .redo_size = 1};
        struct log *log = world_log(world, 0);
        failing_malloc_arm(number);
        enum status err = log_stage(log, &entry);
        assert_true(err == STATUS_OK || err == STATUS_OUT_OF_MEMORY);
        if (err == STATUS_OK) log_flush(log, 0);
        has_failed = failing_malloc_disarm();
        failures += has_failed;
        if (err != STATUS_OK) assert_int_equal(log_stage(log, &entry), STATUS_OK);
        assert_int_equal(world_flush(world, 0), STATUS_OK);
        failing_malloc_arm(number);
        err = world_follow(world, 1, &follower, true);
        has_failed |= failing_malloc_disarm();
        assert_true(err == STATUS_OK || err == STATUS_OUT_OF_MEMORY);
        assert_int_equal(world_follow(world, 1, &follower, true), STATUS_OK);
        assert_texts(&follower, "a");
    }
    assert_true(failures >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_out_as_they_went_in),
        cmocka_unit_test(the_bytes_of_an_entry_stay_as_they_are),
        cmocka_unit_test(a_bit_that_flips_is_found),
        cmocka_unit_test(an_entry_of_a_kind_that_is_not_known_is_of_a_later_version),
        cmocka_unit_test(a_row_takes_as_many_entries_as_fit),
        cmocka_unit_test_setup_teardown(an_allocation_that_fails_loses_nothing, memory_world_set_up,
                                        memory_world_tear_down),
    };
    return cmocka_run_group_tests_name("row", tests, NULL, NULL);
}
