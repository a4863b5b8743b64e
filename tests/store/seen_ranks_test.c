#include "tests/store/fixture.h"

#include "model/rank.h"
#include "store/records.h"
#include "tests/sim/random.h"

enum { CONCERT = 3, OTHER_CONCERT = 4, EMPTY_CONCERT = 5, SEED = 20240601 };

/* --- as the write said ------------------------------------------------------------------------ */

/* Two nodes of level 1, neither full from its first place to its last. Who asks may be outside. */
enum {
    LINE_BEGIN = 700 * RANK_LEAF_BITS + 777,
    LINE_NUMBERS = 200 * RANK_LEAF_BITS,
    ROWS = 50,
    ROW_MEMBERS = 100, /* one after the other: so there are full words, too */
    ASKED_NUMBERS = 2 * LINE_BEGIN,
    ASKED = 3000,
};

struct asked {
    struct random random;
    uint64_t numbers[ASKED];
    uint64_t before[ASKED]; /* as the write said */
};

static void line_up(struct store_txn *txn, struct random *random)
{
    for (int i = 0; i < ROWS; i++) {
        uint64_t row = LINE_BEGIN + random_below(random, LINE_NUMBERS);
        for (uint64_t j = 0; j < ROW_MEMBERS; j++) {
            queue_rank_add(txn, CONCERT, row + j);
            queue_rank_add(txn, CONCERT, LINE_BEGIN + random_below(random, LINE_NUMBERS));
        }
    }
}

static enum status line_up_and_ask(struct store_txn *txn, void *context)
{
    struct asked *asked = context;
    line_up(txn, &asked->random);
    for (int i = 0; i < ASKED; i++) {
        asked->numbers[i] = i % 2 == 0 ? LINE_BEGIN + random_below(&asked->random, LINE_NUMBERS)
                                       : random_below(&asked->random, ASKED_NUMBERS);
        asked->before[i] = queue_rank_before(txn, CONCERT, asked->numbers[i]);
    }
    return STATUS_OK;
}

static enum status ask_again(struct store_txn *txn, void *context)
{
    const struct asked *asked = context;
    for (int i = 0; i < ASKED; i++)
        assert_int_equal(queue_rank_before(txn, CONCERT, asked->numbers[i]), asked->before[i]);
    return STATUS_OK;
}

static void a_read_ranks_as_the_write_before_it(void **state)
{
    struct fixture *fixture = *state;
    struct asked asked = {.random = random_make(SEED)};
    assert_int_equal(store_write(fixture->store, line_up_and_ask, &asked), STATUS_OK);
    assert_int_equal(store_read(fixture->store, ask_again, &asked), STATUS_OK);
}

/* --- several queues --------------------------------------------------------------------------- */

static enum status rank_two_concerts(struct store_txn *txn, void *context)
{
    (void)context;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(queue_rank_before(txn, CONCERT, 2 * RANK_LEAF_BITS), 1);
        assert_int_equal(queue_rank_before(txn, OTHER_CONCERT, 2 * RANK_LEAF_BITS), 2);
        assert_int_equal(queue_rank_before(txn, EMPTY_CONCERT, 2 * RANK_LEAF_BITS), 0);
    }
    return STATUS_OK;
}

static enum status enter_two_concerts(struct store_txn *txn, void *context)
{
    (void)context;
    queue_rank_add(txn, CONCERT, RANK_LEAF_BITS);
    queue_rank_add(txn, OTHER_CONCERT, 1);
    queue_rank_add(txn, OTHER_CONCERT, RANK_LEAF_BITS);
    return STATUS_OK;
}

static void a_read_may_go_back_and_forth_between_queues(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, enter_two_concerts, NULL), STATUS_OK);
    assert_int_equal(store_read(fixture->store, rank_two_concerts, NULL), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_read_ranks_as_the_write_before_it),
        FIXTURE_TEST(a_read_may_go_back_and_forth_between_queues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
