/* seat_changes_test.c -- Blocks of seats changed at random over writes that are executed,
 * committed, flushed, given up and crashed, beside a plain array of seats. ONSALE_SEED and
 * ONSALE_CHAINS repeat a run. */
#include "tests/store/fixture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/seats.h"
#include "store/transaction.h"
#include "tests/sim/random.h"

enum {
    BLOCKS_PER_SHOW = 6,
    SHOWS = 3,
    BLOCKS = SHOWS * BLOCKS_PER_SHOW,
    WRITES_MAX = 150,
    EDITS_MAX = 12,
    STEPS = 220,
    CHAINS = 16,
    SMALL_MAP_BYTES = 1024 * 1024,
};

/* The blocks of the second have the places of the first one's where they are kept. */
static const uint32_t shows[SHOWS] = {1, 1 + SEAT_BLOCKS_CACHED, 2};

struct plain_block {
    uint64_t version;
    uint32_t count;
    struct seat seats[SEATS_PER_BLOCK];
};

struct chain {
    struct fixture *fixture;
    struct random random;
    uint64_t written; /* writes made, and those that reads must see and that must be on disk */
    uint64_t committed;
    uint64_t flushed;
    uint64_t seeds[WRITES_MAX + 2];
    enum status ending; /* of the write that is being made */
};

/* --- Changes, made in the store or in the plain blocks ---------------------------------------- */

static struct seat draw_seat(struct random *random)
{
    unix_ms base_ms = INT64_C(1800000000000);
    struct seat seat = {.tier = (uint8_t)random_below(random, 3)};
    unsigned drawn = (unsigned)random_below(random, 100);
    seat.state = drawn < 60 ? SEAT_HELD : drawn < 80 ? SEAT_SOLD : SEAT_AVAILABLE;
    if (seat.state == SEAT_HELD) seat.expires_at_ms = base_ms + (unix_ms)random_below(random, 1000);
    if (drawn < 6) seat.expires_at_ms += 3 * SEAT_BLOCK_SPAN_MS; /* the block is wide */
    return seat;
}

static void set_seat(struct store_txn *txn, struct plain_block *plain, struct random *random,
                     uint32_t at, uint64_t number)
{
    struct seat seat = draw_seat(random);
    uint32_t drawn = (uint32_t)random_below(random, SEATS_PER_BLOCK);
    if (plain != NULL) {
        plain[at].version = number;
        plain[at].seats[drawn % plain[at].count] = seat;
    }
    if (txn == NULL) return;
    struct seat_block *block =
        seat_block_edit(txn, shows[at / BLOCKS_PER_SHOW], at % BLOCKS_PER_SHOW);
    assert_non_null(block);
    block->version = number;
    seat_block_set(block, drawn % block->count, seat);
}

static void put_block(struct store_txn *txn, struct plain_block *plain, struct random *random,
                      uint32_t at, uint64_t number)
{
    struct seat_block block = {.version = number};
    struct plain_block drawn = {.version = number};
    drawn.count = (uint32_t)random_between(random, 1, SEATS_PER_BLOCK);
    for (uint32_t i = 0; i < drawn.count; i++) {
        drawn.seats[i] = draw_seat(random);
        seat_block_add(&block, drawn.seats[i]);
    }
    if (plain != NULL) plain[at] = drawn;
    if (txn != NULL) seat_block_put(txn, shows[at / BLOCKS_PER_SHOW], at % BLOCKS_PER_SHOW, &block);
}

static bool pass_by(void *context, uint32_t block_index, const struct seat_block *block)
{
    (void)context;
    (void)block_index;
    return block->count > 0;
}

static void change(struct store_txn *txn, struct plain_block *plain, uint64_t seed, uint64_t number)
{
    struct random random = random_make(seed);
    for (uint64_t left = random_between(&random, 1, EDITS_MAX); left > 0; left--) {
        uint32_t at = (uint32_t)random_below(&random, BLOCKS);
        unsigned drawn = (unsigned)random_below(&random, 100);
        if (drawn < 10)
            put_block(txn, plain, &random, at, number);
        else if (drawn < 14 && txn != NULL)
            seat_blocks_visit(txn, shows[at / BLOCKS_PER_SHOW], pass_by, NULL);
        else if (drawn >= 14)
            set_seat(txn, plain, &random, at, number);
    }
}

static void put_hall(struct store_txn *txn, struct plain_block *plain)
{
    struct random random = random_make(1);
    for (uint32_t at = 0; at < BLOCKS; at++)
        put_block(txn, plain, &random, at, 0);
}

/* --- What must be there ----------------------------------------------------------------------- */

static void check_block(const struct seat_block *block, const struct plain_block *plain)
{
    assert_int_equal(block->version, plain->version);
    assert_int_equal(block->count, plain->count);
    for (uint32_t i = 0; i < block->count; i++)
        assert_int_equal(seat_pack(seat_block_seat(block, i)), seat_pack(plain->seats[i]));
}

/* @return Of how many writes the store has the changes. */
static uint64_t check_blocks(struct store_txn *txn, const struct chain *chain)
{
    struct plain_block plain[BLOCKS];
    uint64_t number = (uint64_t)meta_get(txn).now_ms;
    assert_in_range(number, 0, chain->written);
    put_hall(NULL, plain);
    for (uint64_t i = 1; i <= number; i++)
        change(NULL, plain, chain->seeds[i], i);
    for (uint32_t at = 0; at < BLOCKS; at++) {
        struct seat_block block;
        assert_true(seat_block_get(txn, shows[at / BLOCKS_PER_SHOW], at % BLOCKS_PER_SHOW, &block));
        check_block(&block, &plain[at]);
    }
    return number;
}

static enum status check_read(struct store_txn *txn, void *context)
{
    struct chain *chain = context;
    assert_in_range(check_blocks(txn, chain), chain->committed, chain->written);
    return STATUS_OK;
}

static enum status check_write(struct store_txn *txn, void *context)
{
    struct chain *chain = context;
    assert_int_equal(check_blocks(txn, chain), chain->written);
    return STATUS_NOT_YET;
}

static enum status check_after_crash(struct store_txn *txn, void *context)
{
    struct chain *chain = context;
    uint64_t number = check_blocks(txn, chain);
    assert_in_range(number, chain->flushed, chain->written);
    chain->written = chain->committed = chain->flushed = number;
    return STATUS_OK;
}

/* --- Steps ------------------------------------------------------------------------------------ */

static enum status hall_body(struct store_txn *txn, void *context)
{
    (void)context;
    put_hall(txn, NULL);
    return STATUS_OK;
}

static enum status write_body(struct store_txn *txn, void *context)
{
    const struct chain *chain = context;
    uint64_t number = chain->written + 1;
    change(txn, NULL, chain->seeds[number], number);
    if (chain->ending == STATUS_OUT_OF_MEMORY) store_txn_fail(txn, STATUS_OUT_OF_MEMORY);
    if (chain->ending == STATUS_OK) meta_put(txn, &(struct store_meta){.now_ms = (int64_t)number});
    return chain->ending;
}

static void apply(struct chain *chain)
{
    unsigned drawn = (unsigned)random_below(&chain->random, 100);
    if (chain->written == WRITES_MAX) return;
    chain->ending = drawn < 80 ? STATUS_OK : drawn < 96 ? STATUS_NOT_YET : STATUS_OUT_OF_MEMORY;
    chain->seeds[chain->written + 1] = random_next(&chain->random);
    assert_int_equal(store_execute(chain->fixture->store, write_body, chain), chain->ending);
    if (chain->ending == STATUS_OK) chain->written++;
}

static void show(struct chain *chain)
{
    assert_int_equal(store_commit(chain->fixture->store), STATUS_OK);
    chain->committed = chain->written;
}

static void flush(struct chain *chain)
{
    assert_int_equal(store_flush(chain->fixture->store), STATUS_OK);
    chain->flushed = chain->written;
}

static void crash(struct chain *chain)
{
    fixture_crash(chain->fixture);
    assert_int_equal(store_read(chain->fixture->store, check_after_crash, chain), STATUS_OK);
}

static void reopen(struct chain *chain)
{
    fixture_reopen(chain->fixture);
    chain->committed = chain->flushed = chain->written;
    assert_int_equal(store_read(chain->fixture->store, check_after_crash, chain), STATUS_OK);
}

static void step(struct chain *chain)
{
    struct store *store = chain->fixture->store;
    unsigned drawn = (unsigned)random_below(&chain->random, 100);
    apply(chain);
    if (drawn < 20) show(chain);
    if (drawn % 3 == 0) flush(chain);
    if (drawn < 40) assert_int_equal(store_read(store, check_read, chain), STATUS_OK);
    if (drawn >= 90) assert_int_equal(store_execute(store, check_write, chain), STATUS_NOT_YET);
    if (drawn == 50) assert_int_equal(store_checkpoint(store), STATUS_OK);
    if (drawn == 60) reopen(chain);
    if (drawn >= 70 && drawn < 73) crash(chain);
}

static void run_chain(struct fixture *fixture, uint64_t seed)
{
    struct chain chain = {.fixture = fixture, .random = random_make(seed)};
    assert_int_equal(store_write(fixture->store, hall_body, NULL), STATUS_OK);
    flush(&chain);
    for (unsigned i = 0; i < STEPS; i++)
        step(&chain);
    reopen(&chain);
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

/* Some with a map so small that writes can't always wait to be committed. */
static void seats_are_as_the_writes_that_went_well_left_them(void **state)
{
    uint64_t seed = number_from("ONSALE_SEED", 1);
    uint64_t chains = number_from("ONSALE_CHAINS", CHAINS);
    (void)state;
    for (uint64_t i = seed; i < seed + chains; i++) {
        void *made = NULL;
        printf("ONSALE_SEED=%" PRIu64 "\n", i);
        fflush(stdout);
        assert_int_equal(fixture_set_up(&made), 0);
        struct fixture *fixture = made;
        fixture->options.map_bytes = i % 4 == 1 ? SMALL_MAP_BYTES : 16 * SMALL_MAP_BYTES;
        fixture->options.room_bytes = 64 * 1024;
        fixture_reopen(fixture);
        run_chain(fixture, i);
        fixture_tear_down(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seats_are_as_the_writes_that_went_well_left_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
