#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rpc/frame/frame.h"
#include "server/engine/watchers.h"

enum { CALLS = 3, NOW_MS = 1000 };

struct fixture {
    struct watchers watchers;
    struct rpc_frame frame;
    struct rpc_call calls[CALLS];
    struct call_list gone;
};

static uint64_t version(void *context, uint64_t subject)
{
    return subject == 7 ? *(const uint64_t *)context : 0;
}

/* The first two wait for subject 7, at version 5; the last for subject 8, at version 0. */
static void set_up(struct fixture *fixture)
{
    struct call_list calls = {0};
    *fixture = (struct fixture){0};
    watchers_init(&fixture->watchers);
    for (size_t i = 0; i < CALLS; i++) {
        fixture->calls[i].frame = &fixture->frame;
        fixture->calls[i].watch = (struct rpc_watch){i < 2 ? 7 : 8, i < 2 ? 5 : 0, NOW_MS + 10};
        call_list_add(&calls, &fixture->calls[i]);
    }
    watchers_add(&fixture->watchers, &calls);
    assert_int_equal(calls.count, 0);
}

static struct call_list take(struct fixture *fixture, unix_ms now_ms, uint64_t version_now)
{
    return watchers_take(&fixture->watchers, now_ms, false, version, &version_now, &fixture->gone);
}

static void end(struct fixture *fixture)
{
    struct call_list rest =
        watchers_take(&fixture->watchers, NOW_MS, true, version, &(uint64_t){0}, &fixture->gone);
    watchers_leave(&fixture->watchers, rest.count);
    watchers_deinit(&fixture->watchers);
}

static void nobody_is_looked_at_while_nothing_has_changed(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    assert_int_equal(take(&fixture, NOW_MS, 5).count, 0);
    assert_int_equal(watchers_due(&fixture.watchers), NOW_MS + 10);
    end(&fixture);
}

static void who_waits_for_what_has_changed_is_looked_at(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    struct call_list taken = take(&fixture, NOW_MS, 6);
    assert_int_equal(taken.count, 2);
    assert_ptr_equal(taken.first, &fixture.calls[0]);
    assert_int_equal(watchers_count(&fixture.watchers), CALLS); /* they keep their places */
    watchers_return(&fixture.watchers, &taken);
    assert_int_equal(watchers_count(&fixture.watchers), CALLS);
    end(&fixture);
}

static void everybody_is_looked_at_when_the_time_has_come(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    struct call_list taken = take(&fixture, NOW_MS + 10, 5);
    assert_int_equal(taken.count, CALLS);
    watchers_leave(&fixture.watchers, taken.count);
    assert_int_equal(watchers_count(&fixture.watchers), 0);
    assert_int_equal(watchers_due(&fixture.watchers), UNIX_MS_NEVER);
    end(&fixture);
}

static void who_was_looked_at_while_his_peer_went_has_no_place_after(void **state)
{
    (void)state;
    struct fixture fixture;
    struct rpc_peer peer = {0};
    set_up(&fixture);
    fixture.frame.peer = &peer;
    struct call_list taken = take(&fixture, NOW_MS, 6);
    peer.is_gone = true;
    watchers_forget(&fixture.watchers, &peer);
    watchers_return(&fixture.watchers, &taken);
    assert_int_equal(watchers_count(&fixture.watchers), 1);
    assert_int_equal(watchers_due(&fixture.watchers), 0); /* they are yet to be finished */
    take(&fixture, NOW_MS, 5);
    assert_int_equal(fixture.gone.count, 2);
    end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_looked_at_while_nothing_has_changed),
        cmocka_unit_test(who_waits_for_what_has_changed_is_looked_at),
        cmocka_unit_test(everybody_is_looked_at_when_the_time_has_come),
        cmocka_unit_test(who_was_looked_at_while_his_peer_went_has_no_place_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
