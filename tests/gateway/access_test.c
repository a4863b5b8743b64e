/* Lines of the file of rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/access_file.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

enum { LINE_BYTES = 512 };

static const char *read_line(const char *text, struct access_rule *ret_rule, bool *ret_has_rule)
{
    char line[LINE_BYTES];
    snprintf(line, sizeof line, "%s", text);
    return access_line_read(line, ret_rule, ret_has_rule);
}

static struct access_rule rule_of(const char *text)
{
    struct access_rule rule = {0};
    bool has_rule = false;
    const char *problem = read_line(text, &rule, &has_rule);
    if (problem != NULL) fail_msg("%s: %s", text, problem);
    assert_true(has_rule);
    return rule;
}

static void a_rule_says_who_which_role_and_how_much(void **state)
{
    (void)state;
    struct access_rule rule = rule_of("key partner " HASH " service rate=100 burst=7 at-once=3\n");
    assert_int_equal(rule.kind, ACCESS_KEY);
    assert_string_equal(rule.name, "partner");
    assert_int_equal(rule.hash[1], 0x11);
    assert_int_equal(rule.hash[31], 0xff);
    assert_int_equal(rule.role, ROLE_SERVICE);
    assert_int_equal(rule.limit.per_second, 100);
    assert_int_equal(rule.limit.burst, 7);
    assert_int_equal(rule.limit.at_once, 3);
}

static void a_rate_without_a_burst_is_a_second_s_worth(void **state)
{
    (void)state;
    assert_int_equal(rule_of("everybody public rate=20").limit.burst, 20);
    assert_int_equal(rule_of("everybody public").limit.per_second, 0);
}

static void names_of_certificates_may_have_any_form(void **state)
{
    (void)state;
    struct access_rule rule = rule_of("\tcertificate  spiffe://shop/operator admin # who may all");
    assert_int_equal(rule.kind, ACCESS_CERTIFICATE);
    assert_string_equal(rule.name, "spiffe://shop/operator");
    assert_int_equal(rule.role, ROLE_ADMIN);
}

static void empty_lines_and_remarks_are_no_rules(void **state)
{
    static const char *const lines[] = {"", "\n", "  \t\r\n", "# everybody admin\n", "   # x"};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct access_rule rule;
        bool has_rule = true;
        assert_null(read_line(lines[i], &rule, &has_rule));
        assert_false(has_rule);
    }
}

static void what_is_not_understood_is_refused(void **state)
{
    static const char *const lines[] = {
        "everyone public",
        "everybody",
        "everybody owner",
        "everybody Public",
        "everybody public fast",
        "everybody public rate=",
        "everybody public rate=0",
        "everybody public rate=-1",
        "everybody public rate=1000001",
        "everybody public rate=1s",
        "everybody public burst=3",
        "everybody public at-once=x",
        "certificate admin",
        "certificate a b c",
        "key partner service",
        "key partner " HASH,
        "key partner " HASH "0 service",
        "key partner 00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff service",
        "everybody public rate=1 burst=1 at-once=1 rate=1 rate=1 rate=1 rate=1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct access_rule rule = {.role = ROLE_ADMIN};
        bool has_rule;
        if (read_line(lines[i], &rule, &has_rule) == NULL) fail_msg("%s was taken", lines[i]);
        assert_int_equal(rule.role, ROLE_ADMIN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_says_who_which_role_and_how_much),
        cmocka_unit_test(a_rate_without_a_burst_is_a_second_s_worth),
        cmocka_unit_test(names_of_certificates_may_have_any_form),
        cmocka_unit_test(empty_lines_and_remarks_are_no_rules),
        cmocka_unit_test(what_is_not_understood_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
