/* The command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/command.h"
#include "client/command/settings.h"

static const uint8_t reserve_parameters[] = {PARAMETER_PERFORMANCE, PARAMETER_SEATS,
                                             PARAMETER_TOKEN, PARAMETER_HOLD_ID, PARAMETER_NONE};

enum { WORDS_MAX = 16 };

/* Reads the words of a line as those of a command. */
static bool parse(struct arguments *arguments, const uint8_t *list, char *line,
                  char problem[PROBLEM_BYTES])
{
    static char *words[WORDS_MAX]; /* the arguments borrow them */
    int count = 0;
    words[count++] = "reserve";
    for (char *rest = line, *word; (word = strsep(&rest, " ")) != NULL;)
        words[count++] = word;
    words[count] = NULL;
    *arguments = (struct arguments){0};
    arguments_expect(arguments, list);
    return arguments_parse(arguments, count, words, problem) &&
           arguments_complete(arguments, problem);
}

static void assert_problem(const char *line, const char *expected)
{
    struct arguments arguments;
    char problem[PROBLEM_BYTES], words[256];
    snprintf(words, sizeof words, "%s", line);
    assert_false(parse(&arguments, reserve_parameters, words, problem));
    assert_string_equal(problem, expected);
}

#define TOKEN "00000000000000000000000000000000000000000000000000000aFF"

static void options_and_arguments_come_in_any_order(void **state)
{
    (void)state;
    struct arguments arguments;
    char problem[PROBLEM_BYTES], line[] = "11 --token " TOKEN " F1-A-1 F1-A-2";
    assert_true(parse(&arguments, reserve_parameters, line, problem));
    assert_int_equal(arguments_number(&arguments, PARAMETER_PERFORMANCE, 0), 11);
    assert_int_equal(arguments.repeated_count, 2);
    assert_string_equal(arguments.repeated[1], "F1-A-2");
    const struct value *token = arguments_find(&arguments, PARAMETER_TOKEN);
    assert_int_equal(token->bytes[26], 0x0a);
    assert_int_equal(token->bytes[27], 0xff);
    assert_null(arguments_find(&arguments, PARAMETER_HOLD_ID));
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    assert_problem("--token " TOKEN, "PERFORMANCE is missing");
    assert_problem("11 --token " TOKEN, "SEAT is missing");
    assert_problem("11 4", "--token is missing");
    assert_problem("11 4 --token", "--token needs a value");
    assert_problem("11 4 --token 12", "--token must be 56 hex digits, not '12'");
    assert_problem("11 4 --zzz red", "there is no option --zzz");
    assert_problem("11 4 -z", "there is no option -z");
    assert_problem("0 4", "PERFORMANCE must be 1..4294967295, not '0'");
    assert_problem("x 4", "PERFORMANCE must be a number, not 'x'");
    assert_problem("11 4 --id 12",
                   "--id must be a UUID such as 0190163d-8694-739b-aea5-966c26f8ad91, not '12'");
}

static void a_mistyped_option_is_answered_with_the_one_that_was_meant(void **state)
{
    (void)state;
    assert_problem("11 4 --tokn 12", "there is no option --tokn; did you mean --token?");
    assert_problem("11 4 --tokne=12", "there is no option --tokne=12; did you mean --token?");
}

static void what_is_wrong_in_the_environment_is_named_so(void **state)
{
    (void)state;
    setenv("ONSALE_TOKEN", "12", 1);
    assert_problem("11 4", "--token must be 56 hex digits, not '12' in ONSALE_TOKEN");
    unsetenv("ONSALE_TOKEN");
}

static void help_is_heard_though_something_else_is_wrong(void **state)
{
    (void)state;
    struct arguments arguments = {0};
    char problem[PROBLEM_BYTES];
    char *words[] = {"reserve", "x", "-h", NULL};
    arguments_expect(&arguments, global_parameters);
    assert_false(arguments_parse(&arguments, 3, words, problem));
    assert_true(arguments_has(&arguments, PARAMETER_HELP));
}

static void the_environment_stands_in_for_an_option(void **state)
{
    (void)state;
    struct arguments arguments;
    char problem[PROBLEM_BYTES], line[] = "11 4";
    setenv("ONSALE_TOKEN", TOKEN, 1);
    assert_true(parse(&arguments, reserve_parameters, line, problem));
    assert_non_null(arguments_find(&arguments, PARAMETER_TOKEN));
    unsetenv("ONSALE_TOKEN");
}

static void numbers_may_have_thousands_separators_in_their_places(void **state)
{
    (void)state;
    struct value value;
    char problem[PROBLEM_BYTES];
    assert_true(value_parse(&parameters[PARAMETER_LIMIT], "1,165,000", &value, problem));
    assert_int_equal(value.number, 1165000);
    static const char *const wrong[] = {
        "1,16", ",165", "1,,165", "-1", "+1", "1.5", " 1", "", "99999999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (value_parse(&parameters[PARAMETER_LIMIT], wrong[i], &value, problem))
            fail_msg("%s", wrong[i]);
}

static void durations_need_a_unit(void **state)
{
    (void)state;
    static const struct parameter duration = {
        .option = "d", .value = "T", .kind = KIND_DURATION, .min = 1, .max = 86400000};
    struct value value;
    char problem[PROBLEM_BYTES];
    assert_true(value_parse(&duration, "1500ms", &value, problem));
    assert_int_equal(value.number, 1500);
    assert_true(value_parse(&duration, "5min", &value, problem));
    assert_int_equal(value.number, 300000);
    assert_false(value_parse(&duration, "5", &value, problem));
    assert_false(value_parse(&duration, "0s", &value, problem));
    assert_string_equal(problem, "--d must be 1..86400000 ms, not '0s'");
}

static void the_longest_command_that_matches_is_meant(void **state)
{
    (void)state;
    int words;
    char *line[] = {"admin", "policy", "set", "1"};
    assert_string_equal(command_find(4, line, &words)->words, "admin policy set");
    assert_int_equal(words, 3);
    assert_null(command_find(2, line, &words));
    char *pay[] = {"pay", "show"};
    assert_string_equal(command_find(2, pay, &words)->words, "pay");
}

static void the_other_sockets_lie_beside_an_ipc_server(void **state)
{
    (void)state;
    struct arguments arguments;
    struct settings settings;
    struct terminal terminal = {0};
    char problem[PROBLEM_BYTES], line[] = "--server ipc:///x/onsale.sock --timeout 2s --json";
    assert_true(parse(&arguments, global_parameters, line, problem));
    assert_true(settings_read(&arguments, &terminal, &settings, problem));
    assert_string_equal(settings.watch_url, "ipc:///x/watch.sock");
    assert_string_equal(settings.admin_url, "ipc:///x/admin/admin.sock");
    assert_int_equal(settings.timeout_ms, 2000);
    assert_true(settings.json);
}

static void a_tcp_server_has_no_other_sockets_by_default(void **state)
{
    (void)state;
    struct arguments arguments;
    struct settings settings;
    struct terminal terminal = {0};
    char problem[PROBLEM_BYTES], line[] = "--server tcp://host:7171 --watch tcp://host:7172";
    assert_true(parse(&arguments, global_parameters, line, problem));
    assert_true(settings_read(&arguments, &terminal, &settings, problem));
    assert_string_equal(settings.watch_url, "tcp://host:7172");
    assert_string_equal(settings.admin_url, "");
}

static void several_servers_have_their_sockets_in_the_same_places(void **state)
{
    (void)state;
    struct arguments arguments;
    struct settings settings;
    struct terminal terminal = {0};
    char problem[PROBLEM_BYTES];
    char line[] =
        "--server ipc:///a/onsale.sock,tcp://b:1,ipc:///c/d/onsale.sock --read-from nearest";
    assert_true(parse(&arguments, global_parameters, line, problem));
    assert_true(settings_read(&arguments, &terminal, &settings, problem));
    assert_string_equal(settings.watch_url, "ipc:///a/watch.sock,,ipc:///c/d/watch.sock");
    assert_string_equal(settings.admin_url,
                        "ipc:///a/admin/admin.sock,,ipc:///c/d/admin/admin.sock");
    assert_int_equal(settings.read_from, ONSALE_READ_FROM_NEAREST);
}

static void urls_that_are_too_long_are_refused(void **state)
{
    (void)state;
    struct arguments arguments;
    struct settings settings;
    struct terminal terminal = {0};
    char problem[PROBLEM_BYTES], line[URLS_BYTES + 64];
    for (size_t length = URLS_BYTES - 10; length < URLS_BYTES + 2; length++) {
        snprintf(line, sizeof line, "--server ipc:///%0*d", (int)(length - strlen("ipc:///")),
                 1); /* with zeros */
        assert_true(parse(&arguments, global_parameters, line, problem));
        bool is_read = settings_read(&arguments, &terminal, &settings, problem);
        assert_int_equal(is_read, length < URLS_BYTES);
        if (!is_read) assert_string_equal(problem, "the URLs are longer than 2047 bytes");
    }
}

static int forget_environment(void **state)
{
    (void)state;
    static const char *const names[] = {"ONSALE_TOKEN", "ONSALE_USER",  "ONSALE_SERVER",
                                        "ONSALE_WATCH", "ONSALE_ADMIN", "ONSALE_READ_FROM"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_arguments_come_in_any_order),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_mistyped_option_is_answered_with_the_one_that_was_meant),
        cmocka_unit_test(what_is_wrong_in_the_environment_is_named_so),
        cmocka_unit_test(help_is_heard_though_something_else_is_wrong),
        cmocka_unit_test(the_environment_stands_in_for_an_option),
        cmocka_unit_test(numbers_may_have_thousands_separators_in_their_places),
        cmocka_unit_test(durations_need_a_unit),
        cmocka_unit_test(the_longest_command_that_matches_is_meant),
        cmocka_unit_test(the_other_sockets_lie_beside_an_ipc_server),
        cmocka_unit_test(a_tcp_server_has_no_other_sockets_by_default),
        cmocka_unit_test(several_servers_have_their_sockets_in_the_same_places),
        cmocka_unit_test(urls_that_are_too_long_are_refused),
    };
    return cmocka_run_group_tests(tests, forget_environment, NULL);
}
