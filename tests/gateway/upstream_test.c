/* Calls to a server that is not there, and without memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/loop.h"
#include "gateway/upstream.h"
#include "tests/lib/failing_malloc.h"
#include "tests/lib/temp_folder.h"

struct fixture {
    char *folder;
    struct loop *loop;
    struct upstream *upstream;
    size_t awaited; /* calls that are to end before the loop does */
    size_t ended;
    struct onsale_error error; /* that the last call ended with */
    size_t busy;               /* ended with CONNECTION_BUSY */
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct onsale_channel_options options = ONSALE_CHANNEL_OPTIONS_INIT;
    char url[128];
    memset(&fixture, 0, sizeof fixture);
    fixture.folder = temp_folder_make();
    snprintf(url, sizeof url, "ipc://%s/nobody.sock", fixture.folder);
    options.url = url;
    fixture.loop = loop_open();
    assert_non_null(fixture.loop);
    assert_int_equal(upstream_open(fixture.loop, &options, &fixture.upstream, NULL), ONSALE_OK);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    upstream_close(fixture->upstream);
    loop_close(fixture->loop);
    temp_folder_remove(fixture->folder);
    return 0;
}

static void ended(void *context, const struct onsale_error *error, const uint8_t *response,
                  size_t response_size)
{
    struct fixture *fixture = context;
    (void)response, (void)response_size;
    assert_non_null(error);
    fixture->error = *error;
    fixture->busy += error->status == ONSALE_CONNECTION_BUSY;
    if (++fixture->ended == fixture->awaited) loop_stop(fixture->loop);
}

static struct upstream_call *call(struct fixture *fixture, struct upstream_account *account)
{
    enum { SHORT_MS = 50 };
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    options.timeout_ms = SHORT_MS;
    return upstream_call(fixture->upstream, account, &onsale_wallet_get_balance_method, NULL, 0,
                         &options, ended, fixture);
}

static void await(struct fixture *fixture, size_t calls)
{
    fixture->awaited = calls;
    loop_run(fixture->loop);
    assert_int_equal(fixture->ended, calls);
}

static void a_server_that_is_away_is_told_of_without_its_socket(void **state)
{
    struct fixture *fixture = *state;
    assert_non_null(call(fixture, NULL));
    await(fixture, 1);
    assert_int_equal(fixture->error.code, ONSALE__RPC__V1__CODE__CODE_UNAVAILABLE);
    assert_string_equal(fixture->error.message, onsale_status_text(fixture->error.status));
}

static void without_memory_there_is_no_call(void **state)
{
    struct fixture *fixture = *state;
    failing_malloc_arm(1);
    struct upstream_call *made = call(fixture, NULL);
    assert_true(failing_malloc_disarm());
    assert_null(made);
    assert_non_null(call(fixture, NULL));
    await(fixture, 1);
}

static void no_more_calls_of_an_account_are_under_way_than_may(void **state)
{
    struct fixture *fixture = *state;
    struct upstream_account *account = upstream_account_open(2, "127.0.0.1");
    upstream_cancel(call(fixture, account)); /* counts as long as it is under way */
    for (size_t i = 0; i < 3; i++)
        assert_non_null(call(fixture, account));
    await(fixture, 3);
    assert_int_equal(fixture->busy, 2);
    upstream_account_release(account);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_server_that_is_away_is_told_of_without_its_socket, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(without_memory_there_is_no_call, setup, teardown),
        cmocka_unit_test_setup_teardown(no_more_calls_of_an_account_are_under_way_than_may, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("gateway: upstream", tests, NULL, NULL);
}
