/* power_cut_test.c -- Power cuts at random moments, again and again: every flushed write stays,
 * those after it are there in order or not at all, and nothing else is. ONSALE_SEED and
 * ONSALE_CHAINS repeat a run. */
#include "tests/store/fixture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"
#include "tests/lib/temp_folder.h"
#include "tests/sim/random.h"
#include "tests/store/plain_seats.h"
#include "tests/store/power.h"

enum {
    USERS = 3000,
    SMALL_WRITE_MAX = 30,
    CONCERT = 1,
    QUEUE_USERS = 64,
    WRITES_MAX = 400,
    CUTS = 5,
    STEPS_MAX = 60,
    CALLS_MAX = 250,
    CHAINS = 120,
    SHOW_PERCENT = 20,
    ROOM_BYTES = 32 * 1024,
};

/* What the store must have. */
struct model {
    int64_t balances[USERS + 1];   /* 0: no wallet */
    uint64_t entries[QUEUE_USERS]; /* the newest of each user; 0: none */
    struct plain_seats seats;
};

/* Lives of one store, each ended by a cut. */
struct chain {
    struct random random;
    struct store_options options;
    char *parent;
    char *path;
    struct store *store;
    unsigned scale;         /* of the writes, with the journal: recovery then takes many steps */
    unsigned flush_percent; /* of the steps of a life */
    bool shows_each;        /* of the writes */
    unsigned checkpoint_percent;
    unsigned written; /* writes made, and those known to be on disk */
    unsigned flushed;
    uint64_t seeds[WRITES_MAX + 2]; /* of the changes of each write, also of one that was cut */
};

/* --- Writes ----------------------------------------------------------------------------------- */

/* Mostly few records; sometimes more than the journal holds. */
static unsigned draw_count(struct random *random, unsigned scale)
{
    unsigned drawn = (unsigned)random_below(random, 100);
    if (drawn < 20)
        return scale * SMALL_WRITE_MAX; /* many of one size: records of two epochs line up */
    if (drawn < 70) return scale * (unsigned)random_below(random, SMALL_WRITE_MAX);
    return scale * (unsigned)random_below(random, drawn < 97 ? 500 : 5000);
}

/* The changes of one write: made in the store, or in the model. */
static void change(const struct chain *chain, struct store_txn *txn, struct model *model,
                   unsigned number)
{
    struct random random = random_make(chain->seeds[number]);
    for (unsigned left = draw_count(&random, chain->scale); left > 0; left--) {
        struct wallet wallet = {.user_id = random_between(&random, 1, USERS), .balance = number};
        if (txn != NULL) wallet_put(txn, &wallet);
        if (model != NULL) model->balances[wallet.user_id] = wallet.balance;
    }
    for (unsigned left = 3; left > 0 && number % 2 == 0; left--) {
        uint64_t user_id = random_below(&random, QUEUE_USERS);
        bool is_put = random_chance(&random, 50);
        if (txn != NULL && is_put) queue_user_put(txn, CONCERT, user_id, number);
        if (txn != NULL && !is_put) queue_user_delete(txn, CONCERT, user_id);
        if (model != NULL) model->entries[user_id] = is_put ? number : 0;
    }
    plain_seats_change(txn, model != NULL ? &model->seats : NULL, &random, number);
    if (txn != NULL) meta_put(txn, &(struct store_meta){.now_ms = number});
}

static enum status write_body(struct store_txn *txn, void *context)
{
    const struct chain *chain = context;
    change(chain, txn, NULL, chain->written + 1);
    return STATUS_OK;
}

static void write_seed(struct chain *chain, uint64_t seed)
{
    if (chain->written == WRITES_MAX) return;
    chain->seeds[chain->written + 1] = seed;
    assert_int_equal(store_execute(chain->store, write_body, chain), STATUS_OK);
    if (!power_is_cut()) chain->written++;
    if (chain->shows_each || random_chance(&chain->random, SHOW_PERCENT))
        assert_int_equal(store_commit(chain->store), STATUS_OK);
}

static void write_one(struct chain *chain)
{
    write_seed(chain, random_next(&chain->random));
}

static void flush(struct chain *chain)
{
    assert_int_equal(store_flush(chain->store), STATUS_OK);
    if (!power_is_cut()) chain->flushed = chain->written;
}

static bool is_small(uint64_t seed)
{
    struct random random = random_make(seed);
    return draw_count(&random, 1) <= SMALL_WRITE_MAX;
}

/* As long as no write must wait for the checkpoint. */
static void write_beside(void *context)
{
    struct chain *chain = context;
    const struct journal *journal = chain->store->journal;
    for (int i = 0; i < 10; i++) {
        uint64_t seed = random_next(&chain->random);
        if (!is_small(seed)) continue;
        if (journal_used_bytes(journal) > journal_ring_bytes(journal) / 4 * 3) return;
        write_seed(chain, seed);
        if (random_chance(&chain->random, 30)) flush(chain);
    }
}

static void make_checkpoint(struct chain *chain)
{
    if (store_wants_checkpoint(chain->store)) {
        if (random_chance(&chain->random, 50)) power_act_after_flush(write_beside, chain);
        if (random_chance(&chain->random, 20)) power_cut_after(1); /* in the middle of its slot */
    }
    assert_int_equal(store_checkpoint(chain->store), STATUS_OK);
}

/* --- What must be there ----------------------------------------------------------------------- */

static void check_records(struct store_txn *txn, const struct model *model)
{
    struct wallet wallet;
    struct model found = {0};
    for (uint64_t id = 0; wallet_next(txn, id, &wallet); id = wallet.user_id)
        found.balances[wallet.user_id] = wallet.balance;
    for (uint64_t user_id = 0; user_id < QUEUE_USERS; user_id++)
        queue_user_get(txn, CONCERT, user_id, &found.entries[user_id]);
    plain_seats_check(txn, &model->seats);
    assert_int_equal(store_txn_failure(txn), STATUS_OK);
    assert_memory_equal(&found, model, offsetof(struct model, seats));
}

static enum status check_body(struct store_txn *txn, void *context)
{
    struct chain *chain = context;
    struct model model = {0};
    unsigned number = (unsigned)meta_get(txn).now_ms;
    assert_in_range(number, chain->flushed, chain->written + 1);
    for (unsigned i = 1; i <= number; i++)
        change(chain, NULL, &model, i);
    check_records(txn, &model);
    chain->written = number;
    chain->flushed = number;
    return STATUS_OK;
}

/* --- Lives ------------------------------------------------------------------------------------ */

static void open_store(struct chain *chain)
{
    char problem[STORE_PROBLEM_BYTES] = "";
    chain->options.path = chain->path;
    enum status err = store_open(&chain->options, problem, &chain->store);
    assert_string_equal(problem, "");
    assert_int_equal(err, STATUS_OK);
    if (!power_is_cut()) assert_int_equal(store_read(chain->store, check_body, chain), STATUS_OK);
}

static void reopen_store(struct chain *chain)
{
    store_close(chain->store);
    if (!power_is_cut()) chain->flushed = chain->written;
    open_store(chain);
}

static void step(struct chain *chain)
{
    write_one(chain);
    if (random_chance(&chain->random, chain->flush_percent)) flush(chain);
    if (random_chance(&chain->random, chain->checkpoint_percent)) make_checkpoint(chain);
    if (random_chance(&chain->random, 2)) reopen_store(chain);
}

static void live(struct chain *chain, const char *after)
{
    static const unsigned percents[] = {0, 3, 20, 60};
    unsigned calls = (unsigned)random_below(&chain->random, CALLS_MAX);
    chain->flush_percent = percents[random_below(&chain->random, 4)];
    chain->checkpoint_percent = percents[random_below(&chain->random, 4)];
    chain->shows_each = random_chance(&chain->random, 30);
    if (random_chance(&chain->random, 30)) calls %= 20; /* while it is made or recovered */
    power_begin(chain->path, after, calls, random_next(&chain->random));
    open_store(chain);
    for (unsigned steps = 0; steps < STEPS_MAX && !power_is_cut(); steps++)
        step(chain);
    power_cut();
}

static struct chain *chain_make(uint64_t seed, unsigned scale)
{
    struct chain *chain = calloc(1, sizeof *chain);
    assert_non_null(chain);
    chain->random = random_make(seed);
    chain->scale = scale;
    chain->shows_each = true;
    chain->options = (struct store_options){
        .map_bytes = UINT64_C(1) << 30,
        .room_bytes = ROOM_BYTES,
        .journal_bytes = scale * JOURNAL_RING_BYTES_MIN,
        .readers_max = 2,
    };
    chain->parent = temp_folder_make();
    chain->path = temp_folder_join(chain->parent, "0");
    return chain;
}

/* Where the cut after `cuts` others leaves the folder. */
static char *next_path(const struct chain *chain, unsigned cuts)
{
    char name[16];
    snprintf(name, sizeof name, "%u", cuts + 1);
    return temp_folder_join(chain->parent, name);
}

static void move_on(struct chain *chain, char *after)
{
    store_close(chain->store);
    power_end();
    temp_folder_remove(chain->path);
    chain->path = after;
}

static void chain_free(struct chain *chain)
{
    temp_folder_remove(chain->path);
    temp_folder_remove(chain->parent);
    free(chain);
}

static void run_chain(uint64_t seed)
{
    struct chain *chain = chain_make(seed, 1);
    for (unsigned cuts = 0; cuts < CUTS; cuts++) {
        char *after = next_path(chain, cuts);
        live(chain, after);
        move_on(chain, after);
    }
    open_store(chain);
    store_close(chain->store);
    chain_free(chain);
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void a_power_cut_leaves_all_that_was_flushed_and_a_prefix_of_the_rest(void **state)
{
    (void)state;
    uint64_t seed = number_from("ONSALE_SEED", 1);
    uint64_t chains = number_from("ONSALE_CHAINS", CHAINS);
    for (uint64_t i = 0; i < chains; i++) {
        printf("ONSALE_SEED=%" PRIu64 "\n", seed + i);
        fflush(stdout);
        run_chain(seed + i);
    }
}

static void write_large(struct chain *chain)
{
    uint64_t seed;
    do {
        seed = random_next(&chain->random);
    } while (is_small(seed));
    write_seed(chain, seed);
    flush(chain);
}

/* One that takes several transactions: what the first has freed a later one could write over. */
static void a_long_recovery_may_be_cut_at_any_moment(void **state)
{
    enum { SCALE = 250, WRITES = 6, CALLS_TO_COME = 1000000, CALLS_MIN = 8, CALLS_STEP = 5 };
    struct chain *chain = chain_make(1, SCALE);
    (void)state;
    char *after = next_path(chain, 0);
    power_begin(chain->path, after, CALLS_TO_COME, 1);
    open_store(chain);
    while (chain->written < WRITES)
        write_large(chain);
    power_cut();
    move_on(chain, after);

    bool was_cut = true;
    for (unsigned calls = 0; was_cut; calls += CALLS_STEP) {
        after = next_path(chain, calls + 1);
        power_begin(chain->path, after, calls, calls);
        open_store(chain);
        was_cut = power_is_cut();
        assert_true(was_cut || calls >= CALLS_MIN);
        power_cut();
        move_on(chain, after);
    }
    open_store(chain);
    assert_int_equal(chain->written, WRITES);
    store_close(chain->store);
    chain_free(chain);
}

/* One thread plays the writer and the checkpointer here, and ThreadSanitizer takes the locks that
 * each of them holds for those of one. */
const char *__tsan_default_options(void);

const char *__tsan_default_options(void)
{
    return "detect_deadlocks=0";
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_recovery_may_be_cut_at_any_moment),
        cmocka_unit_test(a_power_cut_leaves_all_that_was_flushed_and_a_prefix_of_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
