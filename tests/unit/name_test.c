/* Which characters names may have, and which names are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "text/name.h"

static void assert_title(const char *title)
{
    char problem[NAME_PROBLEM_BYTES] = "";
    if (!title_check(title, problem)) fail_msg("\"%s\" %s", title, problem);
}

static void assert_name(const char *name)
{
    char problem[NAME_PROBLEM_BYTES] = "";
    if (!name_check(name, problem)) fail_msg("\"%s\" %s", name, problem);
}

static void assert_no_title(const char *title, const char *expected)
{
    char problem[NAME_PROBLEM_BYTES];
    if (title_check(title, problem)) fail_msg("\"%s\" is taken, not refused: %s", title, expected);
    assert_string_equal(problem, expected);
    assert_false(name_check(title, problem));
}

static void assert_no_name(const char *name, const char *expected)
{
    char problem[NAME_PROBLEM_BYTES];
    if (name_check(name, problem)) fail_msg("\"%s\" is taken, not refused: %s", name, expected);
    assert_string_equal(problem, expected);
}

static void names_of_all_scripts_are_taken(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",
        "A",
        "F1-A",
        "R석",
        "뮤지컬 〈빨래〉",
        "Café",
        "Cafe\u0301",
        "\u1100\u1161",
        "坂本龍一",
        "葛\U000e0100城",
        "２階",
        "مهرجان",
        "יום",
        "می\u200cخواهم",
        "क्\u200dष",
        "100 % \\x1b",
        "❤️‍🔥",
        "👩‍👩‍👧",
        "🇰🇷",
        "1️⃣",
        "\U0001fadc",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_name(names[i]);
    assert_title("two  blanks ");
    assert_title(" 공연");
}

static void characters_that_forge_output_are_refused(void **state)
{
    (void)state;
    assert_no_title("a\033[2Jb", "must not have the control character U+001B, its byte 2");
    assert_no_title("공연\nconcert", "must not have the control character U+000A, its byte 7");
    assert_no_title("\t", "must not have the control character U+0009, its byte 1");
    assert_no_title("a\x7f", "must not have the control character U+007F, its byte 2");
    assert_no_title("a\xc2\x9b"
                    "2J",
                    "must not have the control character U+009B, its byte 2");
    assert_no_title("a\u2028b", "must not have the line break U+2028, its byte 2");
    assert_no_title("a\u2029", "must not have the line break U+2029, its byte 2");
    static const char *const marks[] = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066",
                                        "\u2067", "\u2068", "\u2069", "\u200e", "\u200f", "\u061c"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const char *at = marks[i];
        assert_false(character_is_safe(text_next(&at)));
        char problem[NAME_PROBLEM_BYTES];
        assert_false(title_check(marks[i], problem));
        assert_non_null(strstr(problem, "direction mark"));
    }
}

static void every_control_character_is_refused(void **state)
{
    (void)state;
    for (int32_t character = 1; character < 0xa0; character++)
        assert_int_equal(character_is_safe(character),
                         character >= 0x20 && (character < 0x7f || character >= 0xa0));
}

static void characters_that_nobody_sees_are_refused(void **state)
{
    (void)state;
    static const char *const hidden[] = {
        "a\u200bb",       "a\u00adb",  "a\u2060",     "\ufeffa", "a\u034f",
        "\u3164",         "a\uffa0",   "a\u115f",     "a\u2064", "a\u180e",
        "\u200da",        "a\u200d",   "\ufe0f",      " \ufe0f", "a\ufe0f\ufe0f",
        "a\u200d\u200db", "a\u200d b", "a\U000e0041", "a\u206f",
    };
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        char problem[NAME_PROBLEM_BYTES] = "";
        if (title_check(hidden[i], problem)) fail_msg("name %zu is taken", i);
        assert_non_null(strstr(problem, "invisible character"));
    }
    assert_no_title("a\ue000", "must not have the private character U+E000, its byte 2");
    assert_no_title("\U0010fffd", "must not have the private character U+10FFFD, its byte 1");
    assert_no_title("a\ufffe", "must not have the noncharacter U+FFFE, its byte 2");
    assert_no_title("\ufdd0", "must not have the noncharacter U+FDD0, its byte 1");
}

static void bytes_that_are_no_utf8_are_refused(void **state)
{
    (void)state;
    assert_no_title("ab\xff", "must be UTF-8, which its byte 3 is not");
    assert_no_title("\xc0\xaf", "must be UTF-8, which its byte 1 is not");     /* overlong */
    assert_no_title("\xed\xa0\x80", "must be UTF-8, which its byte 1 is not"); /* surrogate */
    assert_no_title("\xea\xb3", "must be UTF-8, which its byte 1 is not");     /* cut off */
}

static void blanks_alone_are_no_name(void **state)
{
    (void)state;
    assert_no_title(" ", "must not be blanks alone");
    assert_no_title("\u3000\u00a0", "must not be blanks alone");
    assert_no_title("\u2800", "must not be blanks alone");
}

static void a_name_that_is_typed_has_no_blanks_to_get_wrong(void **state)
{
    (void)state;
    assert_no_name(" A", "must not have a blank at an end or two in a row");
    assert_no_name("A ", "must not have a blank at an end or two in a row");
    assert_no_name("A\u3000", "must not have a blank at an end or two in a row");
    assert_no_name("A  B", "must not have a blank at an end or two in a row");
    assert_no_name("A \u00a0B", "must not have a blank at an end or two in a row");
    assert_no_name("\u0301A", "must not have the combining mark U+0301, its byte 1");
    assert_name("A B");
}

static void assert_same_key(const char *a, const char *b, bool folds_case, bool same)
{
    struct name_key one, other;
    assert_true(name_key_make(a, folds_case, &one));
    assert_true(name_key_make(b, folds_case, &other));
    assert_int_equal(one.length, strlen(one.bytes));
    if ((strcmp(one.bytes, other.bytes) == 0) != same)
        fail_msg("\"%s\" and \"%s\" have \"%s\" and \"%s\"", a, b, one.bytes, other.bytes);
}

static void ways_to_write_a_name_have_one_key(void **state)
{
    (void)state;
    assert_same_key("Café", "Cafe\u0301", false, true);
    assert_same_key("가", "\u1100\u1161", false, true);
    assert_same_key("Ａ１", "A1", false, true);
    assert_same_key("A\u3000B", " A  B ", false, true);
    assert_same_key("A\u2011\u2212B", "A--B", false, true);
    assert_same_key("❤️", "❤", false, true);
    assert_same_key("Ⅱ", "II", false, true);
    assert_same_key("A", "a", true, true);
    assert_same_key("É", "e\u0301", true, true);
}

static void different_names_have_different_keys(void **state)
{
    (void)state;
    assert_same_key("A", "B", false, false);
    assert_same_key("A", "a", false, false);
    assert_same_key("É", "é", false, false);
    assert_same_key("AB", "A B", false, false);
    assert_same_key("가", "각", true, false);
    assert_same_key("e", "é", true, false);
}

static void a_key_fits_whatever_a_name_becomes(void **state)
{
    (void)state;
    char name[NAME_BYTES_READ_MAX + 2] = "";
    struct name_key key;
    while (strlen(name) + 3 <= NAME_BYTES_READ_MAX) /* eighteen characters each */
        memcpy(name + strlen(name), "\ufdfa", sizeof "\ufdfa");
    assert_true(name_key_make(name, true, &key));
    assert_int_equal(key.length, strlen(name) / 3 * 33);
    memset(name, 'a', NAME_BYTES_READ_MAX + 1);
    name[NAME_BYTES_READ_MAX + 1] = '\0';
    assert_false(name_key_make(name, false, &key));
    assert_false(name_key_make("\xff", false, &key));
    assert_true(name_key_make("", false, &key));
    assert_int_equal(key.length, 0);
}

static void texts_are_the_same_however_they_are_put_together(void **state)
{
    (void)state;
    assert_true(text_is_same("불꽃", "\u1107\u116e\u11af\u1101\u1169\u11be"));
    assert_false(text_is_same("Ａ", "A"));
    assert_false(text_is_same("a", "A"));
    assert_false(text_is_same("\xff", "\xfe"));
    assert_true(text_is_same("\xff", "\xff"));
}

static void a_text_is_cut_between_characters(void **state)
{
    (void)state;
    assert_int_equal(text_head("공연", 6), 6);
    assert_int_equal(text_head("공연", 5), 3);
    assert_int_equal(text_head("공연", 2), 0);
    assert_int_equal(text_head("abc", 2), 2);
    assert_int_equal(text_head("", 2), 0);
}

static void a_text_that_was_cut_within_a_character_is_mended(void **state)
{
    (void)state;
    static const char whole[] = "a공\U0001f525";
    static const size_t expected[] = {0, 1, 1, 1, 4, 4, 4, 4, 8};
    for (size_t length = 0; length <= strlen(whole); length++) {
        char text[sizeof whole];
        snprintf(text, sizeof text, "%.*s", (int)length, whole);
        text_mend(text);
        assert_int_equal(strlen(text), expected[length]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_all_scripts_are_taken),
        cmocka_unit_test(characters_that_forge_output_are_refused),
        cmocka_unit_test(every_control_character_is_refused),
        cmocka_unit_test(characters_that_nobody_sees_are_refused),
        cmocka_unit_test(bytes_that_are_no_utf8_are_refused),
        cmocka_unit_test(blanks_alone_are_no_name),
        cmocka_unit_test(a_name_that_is_typed_has_no_blanks_to_get_wrong),
        cmocka_unit_test(ways_to_write_a_name_have_one_key),
        cmocka_unit_test(different_names_have_different_keys),
        cmocka_unit_test(a_key_fits_whatever_a_name_becomes),
        cmocka_unit_test(texts_are_the_same_however_they_are_put_together),
        cmocka_unit_test(a_text_is_cut_between_characters),
        cmocka_unit_test(a_text_that_was_cut_within_a_character_is_mended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
