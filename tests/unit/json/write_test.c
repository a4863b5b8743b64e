/* Messages as JSON, and single fields as they stand in a URL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/id.h"
#include "everything.pb-c.h"
#include "tests/unit/json/json_case.h"
#include "json/write.h"

enum { ARENA_BYTES = 1 << 20 };

static void defaults_are_written_if_that_is_wanted(void **state)
{
    (void)state;
    Everything__Everything message = EVERYTHING__EVERYTHING__INIT;
    struct json_buffer buffer;
    json_buffer_init(&buffer, 4096);
    json_buffer_add_message(&buffer, &message.base, JSON_FIELDS_ALL);
    json_buffer_add(&buffer, "", 1);
    assert_string_equal(
        buffer.bytes,
        "{\"anInt32\":0,\"aSint32\":0,\"aSfixed32\":0,\"aUint32\":0,\"aFixed32\":0,"
        "\"anInt64\":\"0\",\"aSint64\":\"0\",\"aSfixed64\":\"0\",\"aUint64\":\"0\","
        "\"aFixed64\":\"0\",\"aFloat\":0,\"aDouble\":0,\"aBool\":false,\"aString\":\"\","
        "\"someBytes\":\"\",\"recordId\":\"\",\"color\":\"COLOR_UNSPECIFIED\",\"int32s\":[],"
        "\"uint64s\":[],\"strings\":[],\"bytesList\":[],\"colors\":[],\"inners\":[],\"bools\":[],"
        "\"doubles\":[],\"OddName13\":0,\"token\":\"\"}");
    json_buffer_deinit(&buffer);
}

static void bytes_are_written_as_people_type_them_if_that_is_wanted(void **state)
{
    (void)state;
    uint8_t bytes[ID_BYTES] = {0x01, 0x90, 0xab};
    Everything__Everything inner = EVERYTHING__EVERYTHING__INIT;
    Everything__Everything message = EVERYTHING__EVERYTHING__INIT;
    struct json_buffer buffer;
    json_buffer_init(&buffer, 8192);
    inner.token = (ProtobufCBinaryData){3, bytes};
    inner.record_id = (ProtobufCBinaryData){3, bytes};
    message.record_id = (ProtobufCBinaryData){sizeof bytes, bytes};
    message.some_bytes = (ProtobufCBinaryData){3, bytes};
    message.inner = &inner;
    json_buffer_add_message(&buffer, &message.base, JSON_FIELDS_TYPED);
    json_buffer_add(&buffer, "", 1);
    assert_non_null(strstr(buffer.bytes, "\"someBytes\":\"AZCr\","
                                         "\"recordId\":\"0190ab00-0000-0000-0000-000000000000\""));
    assert_non_null(strstr(buffer.bytes, "\"recordId\":\"AZCr\"")); /* no id has three bytes */
    assert_non_null(strstr(buffer.bytes, "\"token\":\"0190ab\"}"));
    assert_non_null(strstr(buffer.bytes, "\"token\":\"\"}"));
    json_buffer_deinit(&buffer);
}

static void bytes_that_are_no_text_are_replaced(void **state)
{
    (void)state;
    struct json_buffer buffer;
    json_buffer_init(&buffer, 4096);
    json_buffer_add_text(&buffer, "a\xff좌\xec\x84", 7);
    json_buffer_add(&buffer, "", 1);
    assert_string_equal(buffer.bytes, "\"a\uFFFD좌\uFFFD\uFFFD\"");
    json_buffer_deinit(&buffer);
}

static void a_text_beyond_its_bound_is_cut_and_says_so(void **state)
{
    (void)state;
    Everything__Everything message = EVERYTHING__EVERYTHING__INIT;
    message.a_string = "0123456789";
    static const char text[] = "{\"aString\":\"0123456789\"}";
    for (size_t size_max = 0; size_max < sizeof text; size_max++) {
        struct json_buffer buffer;
        json_buffer_init(&buffer, size_max);
        json_buffer_add_message(&buffer, &message.base, JSON_FIELDS_SET);
        assert_int_equal(buffer.is_cut, size_max < sizeof text - 1);
        assert_true(buffer.size <= size_max);
        json_buffer_deinit(&buffer);
    }
}

/* --- Fields of URLs --------------------------------------------------------------------------- */

struct field {
    const char *path;
    const char *value;
};

/* @return Whether all were taken; what became of them is compared then. */
static bool set_fields(const struct field *fields, const char *expected,
                       struct json_error *ret_error)
{
    static const struct json_read_options options = {.uuids = true};
    struct arena arena;
    struct json_buffer buffer;
    Everything__Everything message = EVERYTHING__EVERYTHING__INIT;
    bool is_set = true;
    arena_init(&arena, ARENA_BYTES);
    json_buffer_init(&buffer, 4096);
    for (; is_set && fields->path != NULL; fields++)
        is_set = json_set_field(&message.base, fields->path, strlen(fields->path), fields->value,
                                strlen(fields->value), &options, &arena, ret_error);
    json_buffer_add_message(&buffer, &message.base, JSON_FIELDS_SET);
    json_buffer_add(&buffer, "", 1);
    if (is_set) assert_string_equal(buffer.bytes, expected);
    json_buffer_deinit(&buffer);
    arena_deinit(&arena);
    return is_set;
}

static void fields_of_a_url_are_taken(void **state)
{
    (void)state;
    struct json_error error;
    const struct field fields[] = {
        {"anInt32", "-5"},      {"a_uint64", "18446744073709551615"},
        {"aBool", "true"},      {"color", "COLOR_RED"},
        {"int32s", "1"},        {"int32s", "2"},
        {"inner.color", "7"},   {"inner.inner.strings", "좌석 & +"},
        {"inner.strings", ""},  {"recordId", "0190163d-8694-739b-aea5-966c26f8ad91"},
        {"choiceText", "true"}, {NULL, NULL},
    };
    assert_true(set_fields(fields,
                           "{\"anInt32\":-5,\"aUint64\":\"18446744073709551615\",\"aBool\":true,"
                           "\"recordId\":\"AZAWPYaUc5uupZZsJvitkQ==\",\"color\":\"COLOR_RED\","
                           "\"inner\":{\"color\":\"COLOR_BLUE\",\"inner\":{\"strings\":"
                           "[\"좌석 & +\"]},\"strings\":[\"\"]},\"int32s\":[1,2],"
                           "\"choiceText\":\"true\"}",
                           &error));
}

static void fields_of_a_url_that_are_none_are_refused(void **state)
{
    (void)state;
    const struct {
        struct field field;
        const char *path;
        const char *what;
    } cases[] = {
        {{"nothing", "1"}, "", "there is no field \"nothing\""},
        {{"inner.nothing", "1"}, "inner", "there is no field \"nothing\""},
        {{"inner", "1"}, "inner", "is a message"},
        {{"inners.aBool", "true"}, "inners", "has no fields"},
        {{"anInt32.x", "1"}, "anInt32", "has no fields"},
        {{"anInt32", ""}, "anInt32", "must be an integer"},
        {{"aBool", "1"}, "aBool", "must be true or false"},
        {{"aString", "\xff"}, "", "is not UTF-8"},
        {{".", ""}, "", "there is no field"},
        {{"inner.inner.inner.inner.inner.inner.inner.inner.inner.aBool", "true"},
         "inner.inner.inner.inner.inner.inner.inner.inner.inner.aBool",
         "nested too deep"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json_error error;
        const struct field fields[] = {cases[i].field, {NULL, NULL}};
        assert_false(set_fields(fields, "", &error));
        assert_string_equal(error.path, cases[i].path);
        assert_non_null(strstr(error.what, cases[i].what));
    }
}

static void a_field_of_a_url_is_given_once(void **state)
{
    (void)state;
    struct json_error error;
    const struct field twice[] = {{"anInt32", "1"}, {"an_int32", "1"}, {NULL, NULL}};
    const struct field oneof[] = {{"choiceNumber", "0"}, {"choiceText", "x"}, {NULL, NULL}};
    assert_false(set_fields(twice, "", &error));
    assert_string_equal(error.what, "is given twice");
    assert_false(set_fields(oneof, "", &error));
    assert_string_equal(error.path, "choiceText");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_written_if_that_is_wanted),
        cmocka_unit_test(bytes_are_written_as_people_type_them_if_that_is_wanted),
        cmocka_unit_test(bytes_that_are_no_text_are_replaced),
        cmocka_unit_test(a_text_beyond_its_bound_is_cut_and_says_so),
        cmocka_unit_test(fields_of_a_url_are_taken),
        cmocka_unit_test(fields_of_a_url_that_are_none_are_refused),
        cmocka_unit_test(a_field_of_a_url_is_given_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
