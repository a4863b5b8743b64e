#include "tests/lib/broken_promise.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/require.h"

enum { TEXT_BYTES = 4096, PROMISES_MAX = 256 };

/* cmocka goes on with the next test after them. */
static void let_signals_end_it(void)
{
    static const int signals[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        signal(signals[i], SIG_DFL);
}

/* A promise that nobody looks at lets this come to its end. */
_Noreturn static void break_it(const struct broken_promise *promise, int said)
{
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    let_signals_end_it();
    dup2(said, STDERR_FILENO);
    promise->commit();
    _exit(0);
}

static void read_all(int from, char text[TEXT_BYTES])
{
    size_t size = 0;
    ssize_t got;
    while (size < TEXT_BYTES - 1 && (got = read(from, text + size, TEXT_BYTES - 1 - size)) > 0)
        size += (size_t)got;
    text[size] = '\0';
}

/* The state is the row. */
static void break_one(void **state)
{
    const struct broken_promise *promise = *state;
    char text[TEXT_BYTES];
    char wanted[TEXT_BYTES];
    int ends[2];
    int wait_status;
    snprintf(wanted, sizeof wanted, ": required: %s\n", promise->condition);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) break_it(promise, ends[1]);
    close(ends[1]);
    read_all(ends[0], text);
    close(ends[0]);
    assert_int_equal(waitpid(pid, &wait_status, 0), pid);
    if (!WIFSIGNALED(wait_status) || WTERMSIG(wait_status) != SIGABRT)
        fail_msg("it went on: nothing requires %s; it said: %s", promise->condition, text);
    if (strstr(text, wanted) == NULL)
        fail_msg("it was not %s that ended it, but %s", promise->condition, text);
}

int broken_promises_run(const struct broken_promise *promises, size_t count,
                        int (*set_up)(void **state), int (*tear_down)(void **state))
{
    static struct CMUnitTest tests[PROMISES_MAX];
    REQUIRE(count <= PROMISES_MAX);
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){
            .name = promises[i].what,
            .test_func = break_one,
            .initial_state = (void *)&promises[i],
        };
    return cmocka_run_group_tests(tests, set_up, tear_down); /* rows without a name are none */
}
