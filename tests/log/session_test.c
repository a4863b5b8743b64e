/* session_test.c -- How a connection to one of several hosts is found, where those are sockets of
 * the test's own. */
#include "log/postgres/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/temp_folder.h"

enum { PATH_BYTES = 80, ROUNDS_MAX = 10, NS_PER_MS = 1000000 };

/* As a server of PostgreSQL would listen in a folder of this name. */
static int listen_in(const char *folder, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_in_range(snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", path),
                    1, sizeof address.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 64), 0);
    return fd;
}

/* @return How many came; each is hung up on. */
static int hang_up(int fd)
{
    int count = 0;
    for (int peer; (peer = accept(fd, NULL, NULL)) >= 0; count++)
        close(peer);
    return count;
}

/* Most of a round is waiting for the frozen one. On a machine that stands still a round may have
 * one try of each. */
static void a_host_that_is_not_fit_is_tried_again_while_another_is_frozen(void **state)
{
    char *folder = temp_folder_make();
    char url[4 * PATH_BYTES], problem[LOG_PROBLEM_BYTES];
    struct hosts hosts;
    struct session session;
    int frozen = listen_in(folder, "a"), unfit = listen_in(folder, "b");
    (void)state;
    snprintf(url, sizeof url, "host=%s/a,%s/b user=u dbname=d", folder, folder);
    assert_int_equal(hosts_init(&hosts, url, problem), STATUS_OK);
    session_init(&session, &hosts, true);
    int tries = 0;
    for (int rounds = 0; rounds < ROUNDS_MAX && tries < 2; rounds++) {
        int64_t round_ns = session.tries_ns;
        tries = 0;
        do {
            session_connect(&session, session_now_ns() + NS_PER_MS);
            if (session.tries_ns == round_ns) tries += hang_up(unfit);
        } while (tries < 2 && session.tries_ns == round_ns);
    }
    assert_in_range(tries, 2, 64);
    session_lose(&session);
    hosts_deinit(&hosts);
    close(frozen);
    close(unfit);
    temp_folder_remove(folder);
}

/* A server that lets everybody in who is still there, and then says nothing, but hangs up on
 * nobody.
 */
static void let_in(int fd)
{
    static const uint8_t welcome[] = {'R', 0, 0, 0, 8, 0, 0, 0, 0, 'Z', 0, 0, 0, 5, 'I'};
    for (int peer; (peer = accept(fd, NULL, NULL)) >= 0;)
        if (send(peer, welcome, sizeof welcome, MSG_NOSIGNAL) < 0) close(peer);
}

static void connect_to(struct session *session, int fd)
{
    while (session_connect(session, session_now_ns() + NS_PER_MS) != LOG_DONE)
        let_in(fd);
}

static void who_has_heard_nothing_of_a_silent_host_since_leaves_it_at_once(void **state)
{
    static const struct statement statement = {0, "SELECT 1", 0, NULL, 1};
    static const struct parameters none;
    char *folder = temp_folder_make();
    char url[4 * PATH_BYTES], problem[LOG_PROBLEM_BYTES];
    struct hosts hosts;
    struct session before, asking, since;
    PGresult *result;
    int silent = listen_in(folder, "a");
    (void)state;
    snprintf(url, sizeof url, "host=%s/a user=u dbname=d", folder);
    assert_int_equal(hosts_init(&hosts, url, problem), STATUS_OK);
    session_init(&before, &hosts, false);
    session_init(&asking, &hosts, false);
    session_init(&since, &hosts, false);
    connect_to(&before, silent);
    connect_to(&asking, silent);
    assert_int_equal(session_connect(&before, 0), LOG_DONE);
    assert_int_equal(session_ask(&asking, &statement, &none, 1, INT64_MAX, &result), LOG_UNKNOWN);
    connect_to(&since, silent);
    assert_int_equal(session_connect(&since, 0), LOG_DONE);
    assert_int_equal(session_connect(&before, 0), LOG_NOT_YET);
    assert_null(before.conn);
    session_lose(&before);
    session_lose(&since);
    hosts_deinit(&hosts);
    close(silent);
    temp_folder_remove(folder);
}

/* Without another it would be taken at the end of the round, which is a second. On a machine that
 * stands still every round may last as long. */
static void a_silent_host_is_not_waited_for_before_one_that_was_left_is_taken_again(void **state)
{
    enum { ROUND_NS = 900 * NS_PER_MS };
    char *folder = temp_folder_make();
    char url[4 * PATH_BYTES], problem[LOG_PROBLEM_BYTES];
    struct hosts hosts;
    struct session session;
    int silent = listen_in(folder, "a"), slow = listen_in(folder, "b");
    (void)state;
    snprintf(url, sizeof url, "host=%s/a,%s/b user=u dbname=d", folder, folder);
    assert_int_equal(hosts_init(&hosts, url, problem), STATUS_OK);
    session_init(&session, &hosts, false);
    connect_to(&session, slow);
    atomic_store(&hosts.silent_ns[0], session_now_ns());
    int64_t took_ns = ROUND_NS;
    for (int rounds = 0; rounds < ROUNDS_MAX && took_ns >= ROUND_NS; rounds++) {
        session_leave_host(&session);
        connect_to(&session, slow);
        took_ns = session_now_ns() - session.tries_ns;
    }
    assert_true(took_ns < ROUND_NS);
    assert_int_equal(session.host, 1);
    session_lose(&session);
    hosts_deinit(&hosts);
    close(silent);
    close(slow);
    temp_folder_remove(folder);
}

static void who_does_not_answer_for_a_round_is_silent_until_it_is_heard_of(void **state)
{
    char *folder = temp_folder_make();
    char url[2 * PATH_BYTES], problem[LOG_PROBLEM_BYTES];
    struct hosts hosts;
    struct session session;
    int fd = listen_in(folder, "a");
    (void)state;
    snprintf(url, sizeof url, "host=%s/a user=u dbname=d", folder);
    assert_int_equal(hosts_init(&hosts, url, problem), STATUS_OK);
    session_init(&session, &hosts, false);
    assert_int_equal(session_connect(&session, INT64_MAX), LOG_UNKNOWN);
    assert_true(hosts_is_silent(&hosts, 0));
    connect_to(&session, fd);
    assert_false(hosts_is_silent(&hosts, 0));
    session_lose(&session);
    hosts_deinit(&hosts);
    close(fd);
    temp_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_that_is_not_fit_is_tried_again_while_another_is_frozen),
        cmocka_unit_test(who_has_heard_nothing_of_a_silent_host_since_leaves_it_at_once),
        cmocka_unit_test(a_silent_host_is_not_waited_for_before_one_that_was_left_is_taken_again),
        cmocka_unit_test(who_does_not_answer_for_a_round_is_silent_until_it_is_heard_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
