#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rpc/frame/frame.h"
#include "server/engine/turns.h"

enum { MUCH = 25600, LITTLE = 65, PEERS = 8, FRAMES = 64 };

struct asker {
    struct rpc_peer peer;
    struct rpc_frame frames[FRAMES];
    struct rpc_call calls[FRAMES];
    size_t asked;
};

/* @return The call that asks. */
static struct rpc_call *next_call(struct asker *asker, uint32_t records)
{
    size_t i = asker->asked++;
    assert_in_range(i, 0, FRAMES - 1);
    asker->frames[i].peer = &asker->peer;
    asker->frames[i].reads_asked = records;
    asker->calls[i].frame = &asker->frames[i];
    return &asker->calls[i];
}

static bool ask(struct turns *turns, struct asker *asker, uint32_t records)
{
    return turns_take(turns, next_call(asker, records));
}

static void as_many_have_their_turn_at_once_as_may_and_the_others_wait(void **state)
{
    (void)state;
    struct turns turns;
    struct asker asker = {0};
    turns_init(&turns, 2);
    assert_true(ask(&turns, &asker, MUCH));
    assert_true(ask(&turns, &asker, MUCH));
    assert_false(ask(&turns, &asker, MUCH));
    assert_false(ask(&turns, &asker, LITTLE));
    assert_ptr_equal(turns_next(&turns), &asker.calls[2]);
    assert_false(ask(&turns, &asker, LITTLE));
    assert_ptr_equal(turns_next(&turns), &asker.calls[3]);
    assert_ptr_equal(turns_next(&turns), &asker.calls[4]);
    assert_null(turns_next(&turns));
    assert_true(ask(&turns, &asker, LITTLE));
    assert_null(turns_next(&turns));
    assert_null(turns_next(&turns));
    turns_deinit(&turns);
}

static void who_comes_with_little_is_served_before_those_who_keep_coming_with_much(void **state)
{
    (void)state;
    struct turns turns;
    static struct asker hogs[PEERS];
    struct asker modest = {0};
    turns_init(&turns, 1);
    assert_true(ask(&turns, &hogs[0], MUCH));
    for (size_t frame = 1; frame < FRAMES; frame++)
        for (size_t i = 0; i < PEERS; i++)
            assert_false(ask(&turns, &hogs[i], MUCH));
    for (size_t turn = 0; turn < FRAMES / 2; turn++)
        assert_non_null(turns_next(&turns));
    for (size_t frame = 0; frame < FRAMES / 2; frame++) {
        assert_false(ask(&turns, &modest, LITTLE));
        assert_ptr_equal(turns_next(&turns), &modest.calls[frame]);
        assert_ptr_not_equal(turns_next(&turns), &modest.calls[frame]);
    }
    while (turns_next(&turns) != NULL)
        continue;
    turns_deinit(&turns);
}

/* Each frame is told by its call, and those of a peer come in their order. */
static void everybody_who_waits_has_as_many_turns_as_the_others(void **state)
{
    (void)state;
    struct turns turns;
    static struct asker askers[PEERS];
    struct asker first = {0};
    size_t served[PEERS] = {0};
    turns_init(&turns, 1);
    assert_true(ask(&turns, &first, LITTLE));
    for (size_t i = 0; i < PEERS; i++)
        for (size_t frame = 0; frame < FRAMES; frame++)
            assert_false(ask(&turns, &askers[i], MUCH));
    for (size_t turn = 0; turn < PEERS * FRAMES; turn++) {
        const struct rpc_call *call = turns_next(&turns);
        assert_non_null(call);
        size_t i = (size_t)((const struct asker *)rpc_call_peer(call) - askers);
        assert_ptr_equal(call, &askers[i].calls[served[i]]);
        served[i]++;
        assert_int_equal(served[i], turn / PEERS + 1);
    }
    assert_null(turns_next(&turns));
    turns_deinit(&turns);
}

static void frames_without_a_peer_take_their_turns(void **state)
{
    (void)state;
    struct turns turns;
    struct rpc_frame frame = {.reads_asked = MUCH};
    struct rpc_call calls[2] = {{.frame = &frame}, {.frame = &frame}};
    turns_init(&turns, 1);
    assert_true(turns_take(&turns, &calls[0]));
    assert_false(turns_take(&turns, &calls[1]));
    assert_ptr_equal(turns_next(&turns), &calls[1]);
    assert_null(turns_next(&turns));
    turns_deinit(&turns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_have_their_turn_at_once_as_may_and_the_others_wait),
        cmocka_unit_test(who_comes_with_little_is_served_before_those_who_keep_coming_with_much),
        cmocka_unit_test(everybody_who_waits_has_as_many_turns_as_the_others),
        cmocka_unit_test(frames_without_a_peer_take_their_turns),
    };
    return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
