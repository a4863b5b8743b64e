#include "tests/store/fixture.h"

#include <string.h>

static void fill_text(char *text, size_t capacity, char letter)
{
    memset(text, letter, capacity - 1);
    text[capacity - 1] = '\0';
}

/* --- meta ------------------------------------------------------------------------------------- */

/* The place in the log is the store's own. */
static const struct store_meta largest_meta = {INT64_MAX,  UINT64_MAX, UINT64_MAX, UINT64_MAX,
                                               UINT64_MAX, UINT64_MAX, 0,          1};
static const struct store_meta counted_meta = {1, 2, 3, 4, 5, 6, 0, 1};

static void put_metas(struct store_txn *txn)
{
    meta_put(txn, &counted_meta);
    struct store_meta counted = meta_get(txn);
    assert_memory_equal(&counted, &counted_meta, sizeof counted);
    meta_put(txn, &largest_meta);
    struct store_meta largest = meta_get(txn);
    assert_memory_equal(&largest, &largest_meta, sizeof largest);
}

static void check_meta(struct store_txn *txn)
{
    struct store_meta meta = meta_get(txn);
    assert_memory_equal(&meta, &largest_meta, sizeof meta);
}

static enum status check_empty_meta(struct store_txn *txn, void *context)
{
    (void)context;
    struct store_meta zeros = {0}, meta = meta_get(txn);
    assert_memory_equal(&meta, &zeros, sizeof meta);
    return STATUS_OK;
}

static void counters_come_back_and_begin_with_zero(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_read(fixture->store, check_empty_meta, NULL), STATUS_OK);
    fixture_check_round_trip(fixture, (struct kind){put_metas, check_meta});
}

/* --- catalog ---------------------------------------------------------------------------------- */

static struct concert make_concert(uint32_t id)
{
    struct concert concert = {.id = id};
    fill_text(concert.title, sizeof concert.title, 't');
    fill_text(concert.artist, sizeof concert.artist, 'a');
    strcpy(concert.venue, id == 1 ? "" : "서울");
    return concert;
}

static void put_concerts(struct store_txn *txn)
{
    struct concert first = make_concert(1), last = make_concert(UINT32_MAX);
    concert_put(txn, &last);
    concert_put(txn, &first);
}

static void check_concert(const struct concert *concert, uint32_t id)
{
    struct concert wanted = make_concert(id);
    assert_int_equal(concert->id, id);
    assert_string_equal(concert->title, wanted.title);
    assert_string_equal(concert->artist, wanted.artist);
    assert_string_equal(concert->venue, wanted.venue);
}

static void check_concerts(struct store_txn *txn)
{
    struct concert concert;
    assert_true(concert_get(txn, 1, &concert));
    check_concert(&concert, 1);
    assert_false(concert_get(txn, 2, &concert));
    assert_true(concert_next(txn, 0, &concert));
    check_concert(&concert, 1);
    assert_true(concert_next(txn, 1, &concert));
    check_concert(&concert, UINT32_MAX);
    assert_false(concert_next(txn, UINT32_MAX, &concert));
}

static void concerts_come_back_in_order(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_concerts, check_concerts});
}

static struct performance make_performance(uint32_t id, uint32_t concert_id, uint32_t tiers_count)
{
    struct performance performance = {.id = id,
                                      .currency = "EUR",
                                      .concert_id = concert_id,
                                      .layout_id = UINT32_MAX,
                                      .seat_count = SEATS_PER_PERFORMANCE_MAX,
                                      .starts_at_ms = INT64_MAX,
                                      .sale_opens_at_ms = INT64_MIN,
                                      .sale_closes_at_ms = -1,
                                      .tiers_count = tiers_count};
    for (uint32_t i = 0; i < tiers_count; i++) {
        struct price_tier *tier = &performance.tiers[i];
        fill_text(tier->name, sizeof tier->name, (char)('A' + i));
        tier->price = SEAT_PRICE_MAX - i;
        tier->seats = UINT32_MAX - i;
    }
    return performance;
}

static void put_performances(struct store_txn *txn)
{
    struct performance performances[] = {
        make_performance(10, 1, 1),
        make_performance(20, 2, TIERS_PER_PERFORMANCE_MAX),
        make_performance(30, 1, 2),
    };
    for (size_t i = 0; i < 3; i++)
        performance_put(txn, &performances[i]);
}

static void check_performance(const struct performance *performance, uint32_t id,
                              uint32_t concert_id, uint32_t tiers_count)
{
    struct performance wanted = make_performance(id, concert_id, tiers_count);
    assert_string_equal(performance->currency, wanted.currency);
    assert_int_equal(performance->id, wanted.id);
    assert_int_equal(performance->concert_id, wanted.concert_id);
    assert_int_equal(performance->layout_id, wanted.layout_id);
    assert_int_equal(performance->seat_count, wanted.seat_count);
    assert_true(performance->starts_at_ms == wanted.starts_at_ms);
    assert_true(performance->sale_opens_at_ms == wanted.sale_opens_at_ms);
    assert_true(performance->sale_closes_at_ms == wanted.sale_closes_at_ms);
    assert_int_equal(performance->tiers_count, wanted.tiers_count);
    for (uint32_t i = 0; i < tiers_count; i++) {
        assert_string_equal(performance->tiers[i].name, wanted.tiers[i].name);
        assert_int_equal(performance->tiers[i].price, wanted.tiers[i].price);
        assert_int_equal(performance->tiers[i].seats, wanted.tiers[i].seats);
    }
}

static void check_performances(struct store_txn *txn)
{
    struct performance performance;
    assert_true(performance_get(txn, 20, &performance));
    check_performance(&performance, 20, 2, TIERS_PER_PERFORMANCE_MAX);
    assert_false(performance_get(txn, 21, &performance));
    assert_true(performance_next(txn, 10, &performance));
    check_performance(&performance, 20, 2, TIERS_PER_PERFORMANCE_MAX);
    assert_false(performance_next(txn, 30, &performance));
}

static void performances_come_back_in_order(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_performances, check_performances});
}

static void check_performances_of_concerts(struct store_txn *txn)
{
    struct performance performance;
    assert_true(performance_next_of_concert(txn, 1, 0, &performance));
    check_performance(&performance, 10, 1, 1);
    assert_true(performance_next_of_concert(txn, 1, 10, &performance));
    check_performance(&performance, 30, 1, 2);
    assert_false(performance_next_of_concert(txn, 1, 30, &performance));
    assert_true(performance_next_of_concert(txn, 2, 0, &performance));
    assert_false(performance_next_of_concert(txn, 2, 20, &performance));
    assert_false(performance_next_of_concert(txn, 3, 0, &performance));
}

static void performances_of_a_concert_are_listed_without_others(void **state)
{
    fixture_check_round_trip(*state,
                             (struct kind){put_performances, check_performances_of_concerts});
}

static struct performance_state make_state(uint32_t performance_id)
{
    struct performance_state performance_state;
    memset(&performance_state, 0, sizeof performance_state);
    performance_state.performance_id = performance_id;
    performance_state.version = UINT64_MAX;
    for (uint32_t i = 0; i < TIERS_PER_PERFORMANCE_MAX; i++)
        performance_state.remaining[i] = UINT32_MAX - i;
    return performance_state;
}

static void put_states(struct store_txn *txn)
{
    struct performance_state performance_state = make_state(5);
    performance_state_put(txn, &performance_state);
}

static void check_states(struct store_txn *txn)
{
    struct performance_state wanted = make_state(5), found;
    assert_false(performance_state_get(txn, 6, &found));
    assert_true(performance_state_get(txn, 5, &found));
    assert_int_equal(found.performance_id, 5);
    assert_true(found.version == UINT64_MAX);
    assert_memory_equal(found.remaining, wanted.remaining, sizeof found.remaining);
}

static void the_state_of_a_performance_comes_back(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_states, check_states});
}

enum { MANY_LAYOUTS = 200, MANY_ROWS = 1000 };

static struct layout_row make_row(uint32_t layout_id, uint32_t first_seat_index,
                                  uint32_t seat_count)
{
    struct layout_row row = {.layout_id = layout_id,
                             .first_seat_index = first_seat_index,
                             .seat_count = seat_count,
                             .first_number = UINT32_MAX,
                             .tier = TIERS_PER_PERFORMANCE_MAX - 1,
                             .section_index = UINT32_MAX};
    fill_text(row.section, sizeof row.section, 's');
    fill_text(row.row, sizeof row.row, 'r');
    return row;
}

static void put_rows(struct store_txn *txn)
{
    struct layout_row rows[] = {make_row(1, 0, 10), make_row(1, 10, 5), make_row(1, 20, 5),
                                make_row(3, 7, 1)};
    for (size_t i = 0; i < 4; i++)
        layout_row_put(txn, &rows[i]);
}

static void check_row_of_seat(struct store_txn *txn, uint32_t layout_id, uint32_t seat_index,
                              uint32_t first_seat_index)
{
    struct layout_row row, wanted = make_row(layout_id, first_seat_index, 0);
    assert_true(layout_row_of_seat(txn, layout_id, seat_index, &row));
    assert_int_equal(row.layout_id, layout_id);
    assert_int_equal(row.first_seat_index, first_seat_index);
    assert_int_equal(row.first_number, wanted.first_number);
    assert_int_equal(row.tier, wanted.tier);
    assert_int_equal(row.section_index, wanted.section_index);
    assert_string_equal(row.section, wanted.section);
    assert_string_equal(row.row, wanted.row);
}

static void check_rows(struct store_txn *txn)
{
    struct layout_row row;
    check_row_of_seat(txn, 1, 0, 0);
    check_row_of_seat(txn, 1, 9, 0);
    check_row_of_seat(txn, 1, 10, 10);
    check_row_of_seat(txn, 1, 14, 10);
    check_row_of_seat(txn, 1, 24, 20);
    check_row_of_seat(txn, 3, 7, 7); /* the last key of all */
    assert_false(layout_row_of_seat(txn, 1, 15, &row));
    assert_false(layout_row_of_seat(txn, 1, 25, &row));
    assert_false(layout_row_of_seat(txn, 1, UINT32_MAX, &row));
    assert_false(layout_row_of_seat(txn, 2, 0, &row));
    assert_false(layout_row_of_seat(txn, 3, 6, &row));
    assert_false(layout_row_of_seat(txn, 3, 8, &row));
}

static void put_other_rows(struct store_txn *txn)
{
    struct layout_row row = make_row(1, 0, 16);
    layout_row_put(txn, &row);
}

static void check_other_rows(struct store_txn *txn)
{
    check_row_of_seat(txn, 1, 15, 0);
}

static void the_row_of_every_seat_is_found(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_rows, check_rows});
}

static enum status put_and_find_rows(struct store_txn *txn, void *context)
{
    (void)context;
    put_rows(txn);
    check_rows(txn);
    return STATUS_NOT_YET; /* takes it back */
}

static void rows_that_are_not_committed_are_not_cached(void **state)
{
    struct fixture *fixture = *state;
    struct kind other_rows = {put_other_rows, check_other_rows};
    assert_int_equal(store_write(fixture->store, put_and_find_rows, NULL), STATUS_NOT_YET);
    fixture_check_round_trip(fixture, other_rows);
}

static void put_crowd_of_layouts(struct store_txn *txn)
{
    for (uint32_t layout_id = 1; layout_id <= MANY_LAYOUTS; layout_id++) {
        struct layout_row row = make_row(layout_id, 0, layout_id);
        layout_row_put(txn, &row);
    }
}

static void check_crowd_of_layouts(struct store_txn *txn)
{
    for (uint32_t layout_id = 1; layout_id <= MANY_LAYOUTS; layout_id++) {
        struct layout_row row;
        check_row_of_seat(txn, layout_id, layout_id - 1, 0);
        assert_false(layout_row_of_seat(txn, layout_id, layout_id, &row));
    }
}

static void rows_are_found_in_more_layouts_than_are_cached(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_crowd_of_layouts, check_crowd_of_layouts});
}

static void put_layout_of_many_rows(struct store_txn *txn)
{
    for (uint32_t i = 0; i < MANY_ROWS; i++) {
        struct layout_row row = make_row(1, i * 2, 2);
        layout_row_put(txn, &row);
    }
}

static void check_layout_of_many_rows(struct store_txn *txn)
{
    for (uint32_t seat_index = 0; seat_index < MANY_ROWS * 2; seat_index++)
        check_row_of_seat(txn, 1, seat_index, seat_index / 2 * 2);
}

static void every_row_of_a_large_hall_is_found(void **state)
{
    fixture_check_round_trip(*state,
                             (struct kind){put_layout_of_many_rows, check_layout_of_many_rows});
}

static void check_rows_in_order(struct store_txn *txn)
{
    struct layout_row row;
    assert_true(layout_row_from(txn, 1, 0, &row));
    assert_int_equal(row.first_seat_index, 0);
    assert_true(layout_row_from(txn, 1, 1, &row));
    assert_int_equal(row.first_seat_index, 10);
    assert_true(layout_row_from(txn, 1, 10, &row));
    assert_int_equal(row.first_seat_index, 10);
    assert_false(layout_row_from(txn, 1, 21, &row));
    assert_false(layout_row_from(txn, 2, 0, &row));
}

static void rows_of_a_layout_are_listed_in_order(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_rows, check_rows_in_order});
}

/* --- seats ------------------------------------------------------------------------------------ */

static struct seat seat_at(uint32_t place, unix_ms step_ms)
{
    return (struct seat){.state = SEAT_HELD,
                         .tier = (uint8_t)(place % TIERS_PER_PERFORMANCE_MAX),
                         .expires_at_ms = SEAT_END_MS_MAX - place * step_ms};
}

static struct seat_block make_block(uint32_t count, unix_ms step_ms)
{
    struct seat_block block = {.version = UINT64_MAX};
    for (uint32_t i = 0; i < count; i++)
        seat_block_add(&block, seat_at(i, step_ms));
    return block;
}

static void put_blocks(struct store_txn *txn)
{
    struct seat_block full = make_block(SEATS_PER_BLOCK, 1);
    struct seat_block single = make_block(1, 1);
    struct seat_block wide = make_block(SEATS_PER_BLOCK, SEAT_BLOCK_SPAN_MS);
    assert_true(wide.is_wide);
    seat_block_put(txn, 1, 0, &full);
    seat_block_put(txn, 1, 1, &single);
    seat_block_put(txn, 2, UINT32_MAX, &wide);
}

static void check_block(const struct seat_block *block, uint32_t count, unix_ms step_ms)
{
    assert_true(block->version == UINT64_MAX);
    assert_int_equal(block->count, count);
    for (uint32_t i = 0; i < count; i++) {
        struct seat seat = seat_block_seat(block, i), wanted = seat_at(i, step_ms);
        assert_int_equal(seat.state, wanted.state);
        assert_int_equal(seat.tier, wanted.tier);
        assert_int_equal(seat.expires_at_ms, wanted.expires_at_ms);
    }
}

static void check_blocks(struct store_txn *txn)
{
    struct seat_block block;
    assert_true(seat_block_get(txn, 1, 0, &block));
    check_block(&block, SEATS_PER_BLOCK, 1);
    assert_true(seat_block_get(txn, 1, 1, &block));
    check_block(&block, 1, 1);
    assert_true(seat_block_get(txn, 2, UINT32_MAX, &block));
    check_block(&block, SEATS_PER_BLOCK, SEAT_BLOCK_SPAN_MS);
    assert_false(seat_block_get(txn, 1, 2, &block));
    assert_false(seat_block_get(txn, 2, 0, &block));
}

static void seat_blocks_come_back(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_blocks, check_blocks});
}

struct visits {
    uint32_t count;
    uint32_t stop_after;
};

static bool visit_block(void *context, uint32_t block_index, const struct seat_block *block)
{
    struct visits *visits = context;
    assert_int_equal(block_index, visits->count);
    check_block(block, block_index == 0 ? SEATS_PER_BLOCK : 1, 1);
    visits->count++;
    return visits->count < visits->stop_after;
}

static void check_visits(struct store_txn *txn)
{
    struct visits all = {.stop_after = 99}, first = {.stop_after = 1}, none = {.stop_after = 99};
    seat_blocks_visit(txn, 1, visit_block, &all);
    seat_blocks_visit(txn, 1, visit_block, &first);
    seat_blocks_visit(txn, 3, visit_block, &none);
    assert_int_equal(all.count, 2);
    assert_int_equal(first.count, 1);
    assert_int_equal(none.count, 0);
}

static void blocks_of_one_performance_are_visited_until_told_to_stop(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_blocks, check_visits});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(counters_come_back_and_begin_with_zero),
        FIXTURE_TEST(concerts_come_back_in_order),
        FIXTURE_TEST(performances_come_back_in_order),
        FIXTURE_TEST(performances_of_a_concert_are_listed_without_others),
        FIXTURE_TEST(the_state_of_a_performance_comes_back),
        FIXTURE_TEST(the_row_of_every_seat_is_found),
        FIXTURE_TEST(rows_that_are_not_committed_are_not_cached),
        FIXTURE_TEST(rows_are_found_in_more_layouts_than_are_cached),
        FIXTURE_TEST(every_row_of_a_large_hall_is_found),
        FIXTURE_TEST(rows_of_a_layout_are_listed_in_order),
        FIXTURE_TEST(seat_blocks_come_back),
        FIXTURE_TEST(blocks_of_one_performance_are_visited_until_told_to_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
