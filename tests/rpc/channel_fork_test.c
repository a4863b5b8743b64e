/* Forks of a process that uses channels. A fork ends with the number of its first failed check. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/rpc/channel_fixture.h"

enum { LONG_MS = 60 * 1000, URL_BYTES = 96 };

/* Made before any channel was. */
struct early_fork {
    pid_t pid;
    int url_pipe[2];
};

static struct early_fork early;

static int wait_for(pid_t pid)
{
    int wait_status;
    assert_int_equal(waitpid(pid, &wait_status, 0), pid);
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
}

static void note_status(void *context, const struct onsale_error *error,
                        const ProtobufCMessage *response)
{
    (void)response;
    *(enum onsale_status *)context = error == NULL ? ONSALE_OK : error->status;
}

static int try_everything(struct onsale_channel *channel, const char *url)
{
    const struct onsale_channel_options options = {.url = url};
    struct onsale_channel *own;
    struct onsale_error error;
    enum onsale_status status = ONSALE_OK;
    if (balance_call(channel, &get_balance, 7, LONG_MS, &error) != ONSALE_CHANNEL_FORKED) return 1;
    if (error.status != ONSALE_CHANNEL_FORKED || error.code != 9) return 2;
    balance_call_async(channel, &get_balance, 7, LONG_MS, note_status, &status);
    if (status != ONSALE_CHANNEL_FORKED) return 3;
    if (onsale_channel_open(&options, &own, &error) != ONSALE_CHANNEL_FORKED) return 4;
    if (error.status != ONSALE_CHANNEL_FORKED) return 5;
    onsale_channel_close(channel);
    return 0;
}

static void a_fork_that_uses_a_channel_is_refused_and_the_parent_goes_on(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    assert_int_equal(balance_call(channel, &get_balance, 7, LONG_MS, NULL), ONSALE_OK);
    pid_t pid = fork();
    if (pid == 0) _exit(try_everything(channel, fixture->url));
    assert_int_equal(wait_for(pid), 0);
    assert_int_equal(balance_call(channel, &get_balance, 8, LONG_MS, NULL), ONSALE_OK);
}

static void a_fork_with_calls_under_way_is_refused_and_they_are_answered(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_hold(fixture->server);
    for (uint64_t i = 0; i < 20; i++)
        balance_call_async(channel, &charge_balance, i, LONG_MS, tally_done, &tally);
    raw_server_await(fixture->server, 1);
    pid_t pid = fork();
    if (pid == 0) _exit(try_everything(channel, fixture->url));
    assert_int_equal(wait_for(pid), 0);
    raw_server_release(fixture->server);
    tally_await(&tally, 20);
    assert_int_equal(tally.succeeded, 20);
}

static void a_fork_after_the_channel_was_closed_is_refused_as_are_its_own(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    assert_int_equal(balance_call(channel, &get_balance, 7, LONG_MS, NULL), ONSALE_OK);
    channel_fixture_close(fixture);
    pid_t pid = fork();
    if (pid == 0) {
        pid_t grandchild = fork();
        if (grandchild == 0) _exit(try_everything(NULL, fixture->url));
        _exit(wait_for(grandchild));
    }
    assert_int_equal(wait_for(pid), 0);
}

static int call_from_an_early_fork(int url_from)
{
    char url[URL_BYTES] = "";
    struct onsale_channel *channel;
    if (read(url_from, url, sizeof url - 1) <= 0) return 1;
    const struct onsale_channel_options options = {.url = url};
    if (onsale_channel_open(&options, &channel, NULL) != ONSALE_OK) return 2;
    if (balance_call(channel, &get_balance, 7, LONG_MS, NULL) != ONSALE_OK) return 3;
    onsale_channel_close(channel);
    return 0;
}

static void a_fork_made_before_the_first_channel_has_channels_of_its_own(void **state)
{
    struct channel_fixture *fixture = *state;
    dprintf(early.url_pipe[1], "%s", fixture->url);
    close(early.url_pipe[1]);
    assert_int_equal(wait_for(early.pid), 0);
}

int main(void)
{
    if (pipe(early.url_pipe) != 0) return 2;
    early.pid = fork();
    if (early.pid == 0) {
        close(early.url_pipe[1]);
        _exit(call_from_an_early_fork(early.url_pipe[0]));
    }
    const struct CMUnitTest rows[] = {
        CHANNEL_TEST(a_fork_made_before_the_first_channel_has_channels_of_its_own),
        CHANNEL_TEST(a_fork_that_uses_a_channel_is_refused_and_the_parent_goes_on),
        CHANNEL_TEST(a_fork_with_calls_under_way_is_refused_and_they_are_answered),
        CHANNEL_TEST(a_fork_after_the_channel_was_closed_is_refused_as_are_its_own),
    };
    return cmocka_run_group_tests_name("channel: fork", rows, NULL, NULL);
}
