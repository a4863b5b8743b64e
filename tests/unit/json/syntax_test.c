/* JSON itself, and what bounds it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "everything.pb-c.h"
#include "tests/unit/json/json_case.h"

static void text_that_is_no_object_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "",
        " ",
        "null",
        "[]",
        "1",
        "\"\"",
        "\xef\xbb\xbf{}",
        "{",
        "}",
        "{]",
        "{}{}",
        "{} x",
        "{},",
        "{,}",
        "{\"aBool\"}",
        "{\"aBool\":}",
        "{\"aBool\":true,}",
        "{\"aBool\" true}",
        "{\"aBool\":true \"anInt32\":1}",
        "{\"int32s\":[1,]}",
        "{\"int32s\":[1 2]}",
        "{/**/}",
        "{\"int32s\":[1}",
        "{\"aString\":\"x}",
        "{\"aString\":'x'}",
        "{\"aString\":\"\\",
        "{\"aBool\":truefalse}",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_string_not_equal(json_case_refusal(refused[i], strlen(refused[i])).what, "");
}

static void every_beginning_of_a_text_is_refused(void **state)
{
    (void)state;
    static const char text[] = "{\"inners\":[{\"aString\":\"\\u00e9\\n좌석\",\"aDouble\":-1.5e3}],"
                               "\"someBytes\":\"AQI=\",\"aBool\":true,\"color\":\"COLOR_RED\"}";
    for (size_t size = 0; size < sizeof text - 1; size++)
        json_case_refusal(text, size);
}

static void strings_are_unescaped_and_escaped(void **state)
{
    (void)state;
    json_case_becomes("{\"aString\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}",
                      "{\"aString\":\"\\\"\\\\/\\b\\f\\n\\r\\t\"}");
    json_case_becomes("{\"aString\":\"\\uc88c\\uC11D\"}", "{\"aString\":\"좌석\"}");
    json_case_becomes("{\"aString\":\"\\u00e9\\u0001\\u001f\\u007f\"}",
                      "{\"aString\":\"\u00e9\\u0001\\u001f\\u007f\"}");
    json_case_becomes("{\"aString\":\"\\ud83c\\udfab 좌석\"}", "{\"aString\":\"\U0001F3AB 좌석\"}");
}

static void strings_that_are_no_text_are_refused(void **state)
{
    (void)state;
    json_case_is_refused("{\"aString\":\"\\ud83c\"}", "aString", "escape");
    json_case_is_refused("{\"aString\":\"\\ud83c\\u0041\"}", "aString", "escape");
    json_case_is_refused("{\"aString\":\"\\udfab\\ud83c\"}", "aString", "escape");
    json_case_is_refused("{\"aString\":\"\\u12\"}", "aString", "escape");
    json_case_is_refused("{\"aString\":\"\\u12g4\"}", "aString", "escape");
    json_case_is_refused("{\"aString\":\"\\x41\"}", "aString", "escape");
    json_case_is_refused("{\"aString\":\"\\U0041\"}", "aString", "escape");
    json_case_is_refused("{\"aString\":\"\\u0000\"}", "aString", "escape");
    json_case_is_refused("{\"aString\":\"a\nb\"}", "aString", "control");
    json_case_is_refused("{\"aString\":\"\xff\"}", "aString", "UTF-8");
    json_case_is_refused("{\"aString\":\"\xed\xa0\x80\"}", "aString", "UTF-8");
    json_case_is_refused("{\"aString\":\"\xc0\xaf\"}", "aString", "UTF-8");
    json_case_is_refused("{\"strings\":[\"a\",1]}", "strings[1]", "must be a string");
    assert_string_not_equal(json_case_refusal("{\"aString\":\"a\0b\"}", 16).what, "");
    assert_string_not_equal(json_case_refusal("{}\0", 3).what, "");
}

static void unknown_fields_are_passed_over_if_that_is_wanted(void **state)
{
    (void)state;
    static const struct json_read_options options = {.ignore_unknown = true};
    static const char text[] = "{\"x\":[1,{\"y\":null,\"z\":[]}],\"anInt32\":5,\"w\":{\"\":\"\"},"
                               "\"color\":\"NO_SUCH\",\"colors\":[\"NO_SUCH\",\"COLOR_RED\"]}";
    json_case_becomes_with(&options, text, sizeof text - 1,
                           "{\"anInt32\":5,\"colors\":[\"COLOR_RED\"]}");
    json_case_is_refused(text, "", "there is no field \"x\"");
}

static void an_id_may_be_a_uuid_if_that_is_wanted(void **state)
{
    (void)state;
    static const struct json_read_options options = {.uuids = true};
    static const char text[] = "{\"recordId\":\"0190163d-8694-739b-aea5-966c26f8ad91\"}";
    json_case_becomes_with(&options, text, sizeof text - 1,
                           "{\"recordId\":\"AZAWPYaUc5uupZZsJvitkQ==\"}");
    /* Without it, and in fields that are no ids, it is base64 as any other. */
    json_case_becomes(text, "{\"recordId\":\"0190163d+8694+739b+aea5+966c26f8ad91\"}");
}

static void a_token_may_be_hex_digits_if_that_is_wanted(void **state)
{
    (void)state;
    static const struct json_read_options options = {.hex_tokens = true};
    static const char text[] =
        "{\"token\":\"000102030405060708090a0b0c0d0e0f101112131415161718191A1b\"}";
    json_case_becomes_with(&options, text, sizeof text - 1,
                           "{\"token\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==\"}");
    /* Without it, and where it has another length, it is base64 as any other. */
    json_case_becomes(text, "{\"token\":"
                            "\"000102030405060708090a0b0c0d0e0f101112131415161718191A1b\"}");
    json_case_becomes_with(&options, "{\"token\":\"0001\"}", 16, "{\"token\":\"0001\"}");
}

static void a_name_that_is_unknown_is_told_with_what_has_it_not(void **state)
{
    (void)state;
    static const char field[] = "{\"inner\":{\"aBol\":true}}", value[] = "{\"color\":\"RED\"}";
    struct json_error error = json_case_refusal(field, sizeof field - 1);
    assert_string_equal(error.unknown, "aBol");
    assert_string_equal(error.of_message->short_name, "Everything");
    assert_null(error.of_enum);
    error = json_case_refusal(value, sizeof value - 1);
    assert_string_equal(error.unknown, "RED");
    assert_string_equal(error.of_enum->short_name, "Color");
    assert_null(error.of_message);
    error = json_case_refusal("{\"color\":[]}", 12);
    assert_true(error.of_message == NULL && error.of_enum == NULL);
}

static void nesting_has_an_end(void **state)
{
    (void)state;
    json_case_becomes("{\"inner\":{\"inner\":{\"inner\":{\"inner\":{\"inner\":{\"inner\":{"
                      "\"inner\":{\"aBool\":true}}}}}}}}",
                      "{\"inner\":{\"inner\":{\"inner\":{\"inner\":{\"inner\":{\"inner\":{"
                      "\"inner\":{\"aBool\":true}}}}}}}}");
    json_case_is_refused("{\"inner\":{\"inner\":{\"inner\":{\"inner\":{\"inner\":{\"inner\":{"
                         "\"inner\":{\"inner\":{}}}}}}}}}",
                         "inner.inner.inner.inner.inner.inner.inner.inner", "nested too deep");
}

static void memory_that_runs_out_is_told_apart(void **state)
{
    (void)state;
    struct arena arena;
    struct json_error error;
    ProtobufCMessage *message;
    static const char text[] = "{\"inners\":[{},{},{},{},{},{},{},{},{}],\"aString\":\"abc\"}";
    size_t size_max = 0;
    bool is_read = false;
    for (; !is_read; size_max += 64) {
        arena_init(&arena, size_max);
        is_read = json_read_message(&everything__everything__descriptor, text, sizeof text - 1,
                                    NULL, &arena, &message, &error);
        assert_true(is_read || error.out_of_memory);
        arena_deinit(&arena);
    }
    assert_true(size_max > 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_no_object_is_refused),
        cmocka_unit_test(every_beginning_of_a_text_is_refused),
        cmocka_unit_test(strings_are_unescaped_and_escaped),
        cmocka_unit_test(strings_that_are_no_text_are_refused),
        cmocka_unit_test(unknown_fields_are_passed_over_if_that_is_wanted),
        cmocka_unit_test(an_id_may_be_a_uuid_if_that_is_wanted),
        cmocka_unit_test(a_token_may_be_hex_digits_if_that_is_wanted),
        cmocka_unit_test(a_name_that_is_unknown_is_told_with_what_has_it_not),
        cmocka_unit_test(nesting_has_an_end),
        cmocka_unit_test(memory_that_runs_out_is_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
