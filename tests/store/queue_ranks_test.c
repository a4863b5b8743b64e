#include "tests/store/fixture.h"

#include <string.h>

#include "model/rank.h"
#include "store/inside.h"
#include "store/record.h"

enum { CONCERT = 3, OTHER_CONCERT = 4 };

/* --- the same answers as an array ------------------------------------------------------------- */

enum { NAIVE_NUMBERS = 3 * RANK_LEAF_BITS, STEPS = 20000, SEED = 20240601 };

struct naive {
    bool waits[NAIVE_NUMBERS];
    uint64_t random;
};

static uint64_t naive_random(struct naive *naive, uint64_t below)
{
    naive->random = naive->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (naive->random >> 33) % below;
}

static uint64_t naive_before(const struct naive *naive, uint64_t number)
{
    uint64_t before = 0;
    for (uint64_t i = 0; i < number; i++)
        before += naive->waits[i];
    return before;
}

static bool naive_first(const struct naive *naive, uint64_t *ret_number)
{
    for (uint64_t i = 0; i < NAIVE_NUMBERS; i++) {
        if (!naive->waits[i]) continue;
        *ret_number = i;
        return true;
    }
    return false;
}

static void check_against(struct store_txn *txn, const struct naive *naive, uint64_t number)
{
    uint64_t first = 0, naive_number = 0;
    assert_int_equal(queue_rank_before(txn, CONCERT, number), naive_before(naive, number));
    bool is_found = queue_rank_first(txn, CONCERT, &first);
    assert_int_equal(is_found, naive_first(naive, &naive_number));
    assert_int_equal(first, naive_number);
}

static enum status change_at_random(struct store_txn *txn, void *context)
{
    struct naive *naive = context;
    for (int step = 0; step < STEPS; step++) {
        uint64_t number = naive_random(naive, NAIVE_NUMBERS);
        bool waits = naive_random(naive, 100) < 55;
        if (waits)
            queue_rank_add(txn, CONCERT, number);
        else
            queue_rank_remove(txn, CONCERT, number);
        naive->waits[number] = waits;
        if (step % 16 == 0) check_against(txn, naive, naive_random(naive, NAIVE_NUMBERS));
    }
    return STATUS_OK;
}

static enum status rank_at_random(struct store_txn *txn, void *context)
{
    struct naive *naive = context;
    for (int step = 0; step < STEPS / 16; step++) {
        uint64_t number = naive_random(naive, NAIVE_NUMBERS);
        assert_int_equal(queue_rank_before(txn, CONCERT, number), naive_before(naive, number));
    }
    return STATUS_OK;
}

static void random_changes_rank_as_in_an_array(void **state)
{
    struct fixture *fixture = *state;
    struct naive naive = {.random = SEED};
    assert_int_equal(store_write(fixture->store, change_at_random, &naive), STATUS_OK);
    assert_int_equal(store_read(fixture->store, rank_at_random, &naive), STATUS_OK);
}

/* --- nodes ------------------------------------------------------------------------------------ */

static enum status count_stored_nodes(struct store_txn *txn, void *context)
{
    MDB_stat stat;
    assert_int_equal(mdb_stat(txn->mdb, txn->trees[TREE_QUEUE_RANKS], &stat), 0);
    *(uint64_t *)context = stat.ms_entries;
    return STATUS_OK;
}

static uint64_t stored_nodes(struct fixture *fixture)
{
    uint64_t nodes = 0;
    assert_int_equal(store_read(fixture->store, count_stored_nodes, &nodes), STATUS_OK);
    return nodes;
}

static const uint64_t far_apart[] = {1, 2047, 2048, 524288, 1000000, 134217728, 34359738367};

enum { FAR_APART = sizeof far_apart / sizeof far_apart[0] };

static enum status come(struct store_txn *txn, void *context)
{
    (void)context;
    for (size_t i = 0; i < FAR_APART; i++)
        queue_rank_add(txn, CONCERT, far_apart[i]);
    return STATUS_OK;
}

static enum status go(struct store_txn *txn, void *context)
{
    uint64_t first;
    (void)context;
    for (size_t i = 0; i < FAR_APART; i++) {
        assert_int_equal(queue_rank_before(txn, CONCERT, far_apart[FAR_APART - 1]),
                         FAR_APART - 1 - i);
        assert_true(queue_rank_first(txn, CONCERT, &first));
        assert_int_equal(first, far_apart[i]);
        queue_rank_remove(txn, CONCERT, far_apart[i]);
    }
    assert_false(queue_rank_first(txn, CONCERT, &first));
    return STATUS_OK;
}

static void an_empty_queue_keeps_no_nodes(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, come, NULL), STATUS_OK);
    assert_true(stored_nodes(fixture) >= FAR_APART);
    assert_int_equal(store_write(fixture->store, go, NULL), STATUS_OK);
    assert_int_equal(stored_nodes(fixture), 0);
}

static enum status use_two_concerts(struct store_txn *txn, void *context)
{
    uint64_t first;
    (void)context;
    queue_rank_add(txn, CONCERT, 5);
    queue_rank_add(txn, CONCERT, 5); /* counts once */
    queue_rank_add(txn, OTHER_CONCERT, 9);
    assert_int_equal(queue_rank_before(txn, CONCERT, 100), 1);
    assert_int_equal(queue_rank_before(txn, OTHER_CONCERT, 9), 0);
    assert_true(queue_rank_first(txn, OTHER_CONCERT, &first));
    assert_int_equal(first, 9);
    queue_rank_remove(txn, CONCERT, 5);
    queue_rank_remove(txn, CONCERT, 5);
    assert_int_equal(queue_rank_before(txn, CONCERT, 100), 0);
    assert_int_equal(queue_rank_before(txn, OTHER_CONCERT, 100), 1);
    return STATUS_OK;
}

static void queues_of_two_concerts_do_not_meet(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, use_two_concerts, NULL), STATUS_OK);
}

/* --- damage ----------------------------------------------------------------------------------- */

struct damage {
    uint8_t level;
    uint8_t first; /* place in use */
    size_t size;   /* of the value */
};

static enum status put_damaged_node(struct store_txn *txn, void *context)
{
    const struct damage *damage = context;
    struct key key = {0};
    uint8_t bytes[2048] = {0};
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    key_add_u32(&key, CONCERT);
    key_add_u8(&key, damage->level);
    key_add_u64(&key, 0);
    bytes[RECORD_HEAD_BYTES] = damage->first;
    value.at += damage->size;
    record_put(txn, TREE_QUEUE_RANKS, &key, &value);
    return STATUS_OK;
}

/* At the first place of the node nothing would have to be read. */
static enum status ask_for_rank(struct store_txn *txn, void *context)
{
    const struct damage *damage = context;
    uint64_t number = 1;
    while (rank_place(damage->level, number) == 0)
        number *= 2;
    queue_rank_before(txn, CONCERT, number);
    queue_rank_before(txn, CONCERT, number + 1); /* nothing is counted in what is damaged */
    return STATUS_OK;
}

static enum status change_rank(struct store_txn *txn, void *context)
{
    (void)context;
    queue_rank_add(txn, CONCERT, 1);
    return STATUS_OK;
}

static void a_damaged_node_fails_the_transaction(void **state)
{
    struct fixture *fixture = *state;
    enum { WORD = 8, WORDS = RANK_LEAF_BITS / 64, COUNT = 4 };
    static const struct damage damages[] = {
        {0, 0, 0},
        {0, 0, 1 + WORD - 1},
        {0, WORDS, 1},
        {0, 1, 1 + WORDS * WORD},
        {1, 0, 0},
        {1, 0, 1 + COUNT - 1},
        {1, 1, 1 + RANK_FANOUT * COUNT},
        {2, 0, 0},
        {3, RANK_FANOUT - 1, 1 + 2 * COUNT},
    };
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        struct damage damage = damages[i];
        assert_int_equal(store_write(fixture->store, put_damaged_node, &damage), STATUS_OK);
        assert_int_equal(store_read(fixture->store, ask_for_rank, &damage), STATUS_STORE_DAMAGED);
        assert_int_equal(store_write(fixture->store, change_rank, NULL), STATUS_STORE_DAMAGED);
        damage = (struct damage){damage.level, 0, 1}; /* whole again */
        assert_int_equal(store_write(fixture->store, put_damaged_node, &damage), STATUS_OK);
        assert_int_equal(store_read(fixture->store, ask_for_rank, &damage), STATUS_OK);
    }
}

/* --- what is kept until the transaction ends -------------------------------------------------- */

enum { SCATTERED = 64, LEAVES_APART = 3 }; /* far more leaves than are kept */

static uint64_t scattered(uint64_t i)
{
    return 1 + i * LEAVES_APART * RANK_LEAF_BITS;
}

static enum status add_scattered(struct store_txn *txn, void *context)
{
    (void)context;
    for (uint32_t concert = 1; concert <= 3; concert++)
        for (uint64_t i = 0; i < SCATTERED; i++)
            queue_rank_add(txn, concert, scattered(i));
    return STATUS_OK;
}

static enum status remove_every_other(struct store_txn *txn, void *context)
{
    (void)context;
    for (uint64_t i = 0; i < SCATTERED; i += 2)
        for (uint32_t concert = 1; concert <= 3; concert++)
            queue_rank_remove(txn, concert, scattered(i));
    return STATUS_OK;
}

static enum status count_scattered(struct store_txn *txn, void *context)
{
    uint64_t share = *(const uint64_t *)context;
    for (uint32_t concert = 1; concert <= 3; concert++)
        for (uint64_t i = 0; i < SCATTERED; i++)
            assert_int_equal(queue_rank_before(txn, concert, scattered(i)), i / share);
    return STATUS_OK;
}

static void changes_far_apart_are_all_stored(void **state)
{
    struct fixture *fixture = *state;
    uint64_t share = 1;
    assert_int_equal(store_write(fixture->store, add_scattered, NULL), STATUS_OK);
    assert_int_equal(store_read(fixture->store, count_scattered, &share), STATUS_OK);
    share = 2;
    assert_int_equal(store_write(fixture->store, remove_every_other, NULL), STATUS_OK);
    assert_int_equal(store_read(fixture->store, count_scattered, &share), STATUS_OK);
    fixture_reopen(fixture);
    assert_int_equal(store_read(fixture->store, count_scattered, &share), STATUS_OK);
}

static enum status add_and_refuse(struct store_txn *txn, void *context)
{
    (void)context;
    queue_rank_add(txn, CONCERT, 5);
    return STATUS_NOT_YET;
}

static enum status remove_and_refuse(struct store_txn *txn, void *context)
{
    (void)context;
    queue_rank_remove(txn, CONCERT, 7);
    return STATUS_NOT_YET;
}

static enum status add_seven(struct store_txn *txn, void *context)
{
    (void)context;
    queue_rank_add(txn, CONCERT, 7);
    return STATUS_OK;
}

static enum status count_all(struct store_txn *txn, void *context)
{
    *(uint64_t *)context = queue_rank_before(txn, CONCERT, 100);
    return STATUS_OK;
}

static void what_was_not_committed_is_not_cached(void **state)
{
    struct fixture *fixture = *state;
    uint64_t waiting = 0;
    assert_int_equal(store_write(fixture->store, add_and_refuse, NULL), STATUS_NOT_YET);
    assert_int_equal(store_write(fixture->store, add_seven, NULL), STATUS_OK);
    assert_int_equal(store_write(fixture->store, remove_and_refuse, NULL), STATUS_NOT_YET);
    assert_int_equal(store_write(fixture->store, count_all, &waiting), STATUS_OK);
    assert_int_equal(waiting, 1);
    assert_int_equal(store_read(fixture->store, count_all, &waiting), STATUS_OK);
    assert_int_equal(waiting, 1);
}

/* --- growth ----------------------------------------------------------------------------------- */

/* Records touched by one operation in the middle of a queue, in a transaction of its own. */
enum operation { ADD, REMOVE, BEFORE, FIRST };

struct touches {
    uint64_t size;
    enum operation operation;
    uint64_t count;
};

static enum status fill_up(struct store_txn *txn, void *context)
{
    const struct touches *touches = context;
    for (uint64_t i = 1; i <= touches->size; i++)
        queue_rank_add(txn, CONCERT, i);
    return STATUS_OK;
}

static enum status count_touches(struct store_txn *txn, void *context)
{
    struct touches *touches = context;
    uint64_t middle = touches->size / 2, number;
    switch (touches->operation) {
    case ADD:
        queue_rank_add(txn, CONCERT, middle);
        break;
    case REMOVE:
        queue_rank_remove(txn, CONCERT, middle);
        break;
    case BEFORE:
        assert_int_equal(queue_rank_before(txn, CONCERT, middle), middle - 1);
        break;
    case FIRST:
        assert_true(queue_rank_first(txn, CONCERT, &number));
        break;
    }
    caches_write_back(txn);
    touches->count = txn->touches;
    return STATUS_OK;
}

static uint64_t touches_of(struct fixture *fixture, uint64_t size, enum operation operation)
{
    struct touches touches = {.size = size, .operation = operation};
    fixture_reopen(fixture); /* so that nothing is kept from before */
    assert_int_equal(store_write(fixture->store, count_touches, &touches), STATUS_OK);
    return touches.count;
}

static void the_records_touched_do_not_grow_with_the_queue(void **state)
{
    struct fixture *fixture = *state;
    static const uint64_t sizes[] = {1000, 100 * 1000, 1000 * 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct touches filled = {.size = sizes[i]};
        assert_int_equal(store_write(fixture->store, fill_up, &filled), STATUS_OK);
        /* Each node is read and written. */
        assert_int_equal(touches_of(fixture, sizes[i], REMOVE), 2 * RANK_LEVELS);
        assert_int_equal(touches_of(fixture, sizes[i], ADD), 2 * RANK_LEVELS);
        assert_true(touches_of(fixture, sizes[i], BEFORE) <= RANK_LEVELS);
        assert_int_equal(touches_of(fixture, sizes[i], FIRST), RANK_LEVELS);
    }
}

enum { CROWD = 1000 };

static enum status crowd_in(struct store_txn *txn, void *context)
{
    for (uint64_t i = 1; i <= CROWD; i++)
        queue_rank_add(txn, CONCERT, i);
    caches_write_back(txn);
    *(uint64_t *)context = txn->touches;
    return STATUS_OK;
}

static void a_crowd_that_enters_at_once_touches_each_node_once(void **state)
{
    struct fixture *fixture = *state;
    uint64_t touches = 0;
    assert_int_equal(store_write(fixture->store, crowd_in, &touches), STATUS_OK);
    assert_int_equal(touches, 2 * RANK_LEVELS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(random_changes_rank_as_in_an_array),
        FIXTURE_TEST(an_empty_queue_keeps_no_nodes),
        FIXTURE_TEST(queues_of_two_concerts_do_not_meet),
        FIXTURE_TEST(a_damaged_node_fails_the_transaction),
        FIXTURE_TEST(changes_far_apart_are_all_stored),
        FIXTURE_TEST(what_was_not_committed_is_not_cached),
        FIXTURE_TEST(the_records_touched_do_not_grow_with_the_queue),
        FIXTURE_TEST(a_crowd_that_enters_at_once_touches_each_node_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
