/* The rules of protobuf's own suite for JSON (its conformance/binary_json_conformance_suite.cc), as
 * far as protobuf-c has the types: each as a pair of texts, or as one that is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/json/json_case.h"

static void names_are_those_of_json_or_of_the_proto(void **state)
{
    (void)state;
    json_case_becomes("{\"anInt32\":1}", "{\"anInt32\":1}");
    json_case_becomes("{\"an_int32\":1}", "{\"anInt32\":1}");
    json_case_becomes("{\"OddName13\":2}", "{\"OddName13\":2}");
    json_case_becomes("{\"_odd__name_13_\":2}", "{\"OddName13\":2}");
    json_case_becomes("{\"\\u0061nInt32\":1}", "{\"anInt32\":1}");
    json_case_is_refused("{\"AnInt32\":1}", "", "there is no field \"AnInt32\"");
    json_case_is_refused("{\"anint32\":1}", "", "there is no field");
    json_case_is_refused("{\"\":1}", "", "there is no field");
    json_case_is_refused("{\"an_int32_\":1}", "", "there is no field");
    json_case_is_refused("{anInt32:1}", "", "quotes");
    json_case_is_refused("{'anInt32':1}", "", "quotes");
}

static void integers_are_in_range(void **state)
{
    (void)state;
    json_case_becomes("{\"anInt32\":2147483647,\"aSint32\":-2147483648}",
                      "{\"anInt32\":2147483647,\"aSint32\":-2147483648}");
    json_case_is_refused("{\"anInt32\":2147483648}", "anInt32", "must be -2147483648..2147483647");
    json_case_is_refused("{\"aSfixed32\":-2147483649}", "aSfixed32", "must be");
    json_case_becomes("{\"aUint32\":4294967295,\"aFixed32\":0}", "{\"aUint32\":4294967295}");
    json_case_is_refused("{\"aUint32\":4294967296}", "aUint32", "must be 0..4294967295");
    json_case_is_refused("{\"aFixed32\":-1}", "aFixed32", "must be 0..4294967295");
}

static void integers_of_64_bits_are_strings_and_exact_as_numbers(void **state)
{
    (void)state;
    json_case_becomes("{\"anInt64\":9223372036854775807,\"aSint64\":-9223372036854775808}",
                      "{\"anInt64\":\"9223372036854775807\",\"aSint64\":\"-9223372036854775808\"}");
    json_case_becomes(
        "{\"aUint64\":18446744073709551615,\"aFixed64\":\"18446744073709551614\"}",
        "{\"aUint64\":\"18446744073709551615\",\"aFixed64\":\"18446744073709551614\"}");
    json_case_becomes("{\"anInt64\":9007199254740993}", "{\"anInt64\":\"9007199254740993\"}");
    json_case_is_refused("{\"anInt64\":9223372036854775808}", "anInt64",
                         "must be -9223372036854775808..9223372036854775807");
    json_case_is_refused("{\"aSfixed64\":\"-9223372036854775809\"}", "aSfixed64", "must be");
    json_case_is_refused("{\"aUint64\":18446744073709551616}", "aUint64",
                         "must be 0..18446744073709551615");
    json_case_is_refused("{\"aUint64\":-1}", "aUint64", "must be 0..");
    json_case_is_refused("{\"aUint64\":1e20}", "aUint64", "must be 0..");
}

static void integers_may_have_an_exponent_or_a_fraction_of_nothing(void **state)
{
    (void)state;
    json_case_becomes("{\"anInt32\":1e5}", "{\"anInt32\":100000}");
    json_case_becomes("{\"anInt32\":1E+2}", "{\"anInt32\":100}");
    json_case_becomes("{\"anInt32\":100000.000}", "{\"anInt32\":100000}");
    json_case_becomes("{\"anInt32\":12300e-2}", "{\"anInt32\":123}");
    json_case_becomes("{\"anInt32\":1.5e1}", "{\"anInt32\":15}");
    json_case_becomes("{\"anInt32\":2.147483647e9}", "{\"anInt32\":2147483647}");
    json_case_becomes("{\"anInt32\":-2.147483648e9}", "{\"anInt32\":-2147483648}");
    json_case_becomes("{\"anInt32\":0e999999999999,\"aUint32\":-0}", "{}");
    json_case_becomes("{\"aUint64\":1844674407370955161.5e1}",
                      "{\"aUint64\":\"18446744073709551615\"}");
    json_case_is_refused("{\"anInt32\":0.5}", "anInt32", "must be an integer");
    json_case_is_refused("{\"anInt32\":15e-1}", "anInt32", "must be an integer");
    json_case_is_refused("{\"anInt32\":1e-99999999999}", "anInt32", "must be an integer");
    json_case_is_refused("{\"anInt32\":1e99999999999}", "anInt32", "must be -2147483648..");
}

static void integers_may_be_strings(void **state)
{
    (void)state;
    json_case_becomes("{\"anInt32\":\"2147483647\"}", "{\"anInt32\":2147483647}");
    json_case_becomes("{\"anInt32\":\"1e2\",\"aUint32\":\"\\u0031\"}",
                      "{\"anInt32\":100,\"aUint32\":1}");
    json_case_is_refused("{\"anInt32\":\"\"}", "anInt32", "must be an integer");
    json_case_is_refused("{\"anInt32\":\"12abc\"}", "anInt32", "must be an integer");
    json_case_is_refused("{\"anInt32\":\" 1\"}", "anInt32", "must be an integer");
    json_case_is_refused("{\"anInt32\":\"1 \"}", "anInt32", "must be an integer");
    json_case_is_refused("{\"anInt32\":\"+1\"}", "anInt32", "must be an integer");
    json_case_is_refused("{\"anInt32\":\"01\"}", "anInt32", "must be an integer");
    json_case_is_refused("{\"anInt32\":true}", "anInt32", "must be an integer");
}

static void numbers_follow_the_grammar(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "{\"anInt32\":01}",   "{\"anInt32\":-01}",  "{\"anInt32\":+1}",       "{\"anInt32\":- 1}",
        "{\"anInt32\":1.}",   "{\"anInt32\":.5}",   "{\"aDouble\":1e}",       "{\"aDouble\":1e+}",
        "{\"aDouble\":0x10}", "{\"aDouble\":NaN}",  "{\"aDouble\":1.5.}",     "{\"aDouble\":-}",
        "{\"aDouble\":1e1e}", "{\"aDouble\":1ee1}", "{\"aDouble\":Infinity}",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_string_not_equal(json_case_refusal(refused[i], strlen(refused[i])).what, "");
}

static void numbers_of_floating_point_are_read_and_written_exactly(void **state)
{
    (void)state;
    json_case_becomes("{\"aDouble\":0.1,\"aFloat\":0.1}", "{\"aFloat\":0.1,\"aDouble\":0.1}");
    json_case_becomes("{\"aDouble\":1.7976931348623157e308}",
                      "{\"aDouble\":1.7976931348623157e+308}");
    json_case_becomes("{\"aDouble\":\"2.5\"}", "{\"aDouble\":2.5}");
    json_case_becomes("{\"aDouble\":5e-324}", "{\"aDouble\":4.94065645841247e-324}");
    json_case_becomes("{\"aFloat\":3.4028235e38}", "{\"aFloat\":3.4028235e+38}");
    json_case_becomes("{\"aDouble\":\"NaN\"}", "{\"aDouble\":\"NaN\"}");
    json_case_becomes("{\"aFloat\":\"Infinity\",\"aDouble\":\"-Infinity\"}",
                      "{\"aFloat\":\"Infinity\",\"aDouble\":\"-Infinity\"}");
    json_case_becomes("{\"doubles\":[1,-0.0]}", "{\"doubles\":[1,-0]}");
    json_case_is_refused("{\"aFloat\":3.502823e+38}", "aFloat", "must be within");
    json_case_is_refused("{\"aDouble\":-1.89769e+308}", "aDouble", "must be within");
    json_case_is_refused("{\"aDouble\":\"infinity\"}", "aDouble", "must be a number");
    json_case_is_refused("{\"aDouble\":false}", "aDouble", "must be a number");
}

static void booleans_are_words_without_quotes(void **state)
{
    (void)state;
    json_case_becomes("{\"aBool\":true}", "{\"aBool\":true}");
    json_case_becomes("{\"aBool\":false}", "{}");
    json_case_is_refused("{\"aBool\":\"true\"}", "aBool", "must be true or false");
    json_case_is_refused("{\"aBool\":1}", "aBool", "must be true or false");
    json_case_is_refused("{\"aBool\":True}", "aBool", "a value is missing");
    json_case_is_refused("{\"aBool\":tru}", "aBool", "a value is missing");
}

static void enums_are_names_or_numbers(void **state)
{
    (void)state;
    json_case_becomes("{\"color\":\"COLOR_RED\"}", "{\"color\":\"COLOR_RED\"}");
    json_case_becomes("{\"color\":7}", "{\"color\":\"COLOR_BLUE\"}");
    json_case_becomes("{\"color\":-1}", "{\"color\":\"COLOR_BELOW\"}");
    json_case_becomes("{\"color\":12345}", "{\"color\":12345}");
    json_case_becomes("{\"color\":\"COLOR_UNSPECIFIED\"}", "{}");
    json_case_is_refused("{\"color\":\"RED\"}", "color", "is no name of Color");
    json_case_is_refused("{\"color\":\"color_red\"}", "color", "is no name of Color");
    json_case_is_refused("{\"color\":1.5}", "color", "must be an integer");
    json_case_is_refused("{\"color\":2147483648}", "color", "must be -2147483648..");
    json_case_is_refused("{\"color\":true}", "color", "must be a name or a number");
    json_case_is_refused("{\"colors\":[\"COLOR_RED\",\"no\"]}", "colors[1]", "is no name of Color");
}

static void bytes_are_base64_of_either_kind(void **state)
{
    (void)state;
    json_case_becomes("{\"someBytes\":\"AQI=\"}", "{\"someBytes\":\"AQI=\"}");
    json_case_becomes("{\"someBytes\":\"AQI\"}", "{\"someBytes\":\"AQI=\"}");
    json_case_becomes("{\"someBytes\":\"-_-_\"}", "{\"someBytes\":\"+/+/\"}");
    json_case_becomes("{\"someBytes\":\"\"}", "{}");
    json_case_is_refused("{\"someBytes\":\"AQI==\"}", "someBytes", "is not base64");
    json_case_is_refused("{\"someBytes\":\"A\"}", "someBytes", "is not base64");
    json_case_is_refused("{\"someBytes\":\"AQ=I\"}", "someBytes", "is not base64");
    json_case_is_refused("{\"someBytes\":\"AQ I\"}", "someBytes", "is not base64");
    json_case_is_refused("{\"someBytes\":\"AR==\"}", "someBytes", "is not base64");
    json_case_is_refused("{\"someBytes\":1}", "someBytes", "must be base64");
}

static void null_is_the_default_of_a_field_and_no_element(void **state)
{
    (void)state;
    json_case_becomes("{\"anInt32\":null,\"aString\":null,\"inner\":null,\"int32s\":null,"
                      "\"color\":null,\"choiceText\":null,\"someBytes\":null,\"aBool\":null}",
                      "{}");
    json_case_becomes("{\"choiceNumber\":null,\"choiceText\":\"x\"}", "{\"choiceText\":\"x\"}");
    json_case_is_refused("{\"int32s\":[null]}", "int32s[0]", "must be an integer");
    json_case_is_refused("{\"strings\":[\"\",null]}", "strings[1]", "must be a string");
    json_case_is_refused("{\"inners\":[null]}", "inners[0]", "must be an object");
    json_case_is_refused("{\"colors\":[null]}", "colors[0]", "must be a name or a number");
}

static void one_field_of_a_oneof_may_be_given(void **state)
{
    (void)state;
    json_case_becomes("{\"choiceNumber\":0}", "{\"choiceNumber\":0}");
    json_case_becomes("{\"choiceText\":\"\"}", "{\"choiceText\":\"\"}");
    json_case_becomes("{\"choiceBool\":false}", "{\"choiceBool\":false}");
    json_case_becomes("{\"choiceMessage\":{}}", "{\"choiceMessage\":{}}");
    json_case_is_refused("{\"choiceNumber\":1,\"choiceText\":\"x\"}", "choiceText", "oneof");
    json_case_is_refused("{\"choiceNumber\":0,\"choiceMessage\":{}}", "choiceMessage", "oneof");
}

static void a_field_is_given_once(void **state)
{
    (void)state;
    json_case_is_refused("{\"anInt32\":1,\"anInt32\":1}", "anInt32", "is given twice");
    json_case_is_refused("{\"anInt32\":1,\"an_int32\":2}", "anInt32", "is given twice");
    json_case_is_refused("{\"anInt32\":null,\"anInt32\":2}", "anInt32", "is given twice");
    json_case_is_refused("{\"int32s\":[1],\"int32s\":[2]}", "int32s", "is given twice");
    json_case_is_refused("{\"inner\":{\"aBool\":true,\"a_bool\":true}}", "inner.aBool",
                         "is given twice");
}

static void lists_and_messages_may_be_empty_and_nested(void **state)
{
    (void)state;
    json_case_becomes(" { \"int32s\" : [ 1 , 2 ] ,\n\t\"uint64s\":[\"3\",4]}\r\n",
                      "{\"int32s\":[1,2],\"uint64s\":[\"3\",\"4\"]}");
    json_case_becomes("{\"int32s\":[],\"inner\":{}}", "{\"inner\":{}}");
    json_case_becomes("{\"inners\":[{\"inners\":[{}]},{\"aBool\":true}]}",
                      "{\"inners\":[{\"inners\":[{}]},{\"aBool\":true}]}");
    json_case_becomes("{\"bytesList\":[\"AQ==\",\"\"],\"bools\":[true,false]}",
                      "{\"bytesList\":[\"AQ==\",\"\"],\"bools\":[true,false]}");
    json_case_becomes("{\"int32s\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}",
                      "{\"int32s\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}");
    json_case_is_refused("{\"int32s\":1}", "int32s", "must be an array");
    json_case_is_refused("{\"int32s\":{}}", "int32s", "must be an array");
    json_case_is_refused("{\"inner\":[]}", "inner", "must be an object");
    json_case_is_refused("{\"anInt32\":[1]}", "anInt32", "must not be an array");
    json_case_is_refused("{\"anInt32\":{}}", "anInt32", "must not be an object");
    json_case_is_refused("{\"inners\":[{},{\"inners\":[{\"aUint32\":-1}]}]}",
                         "inners[1].inners[0].aUint32", "must be 0..4294967295");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_json_or_of_the_proto),
        cmocka_unit_test(integers_are_in_range),
        cmocka_unit_test(integers_of_64_bits_are_strings_and_exact_as_numbers),
        cmocka_unit_test(integers_may_have_an_exponent_or_a_fraction_of_nothing),
        cmocka_unit_test(integers_may_be_strings),
        cmocka_unit_test(numbers_follow_the_grammar),
        cmocka_unit_test(numbers_of_floating_point_are_read_and_written_exactly),
        cmocka_unit_test(booleans_are_words_without_quotes),
        cmocka_unit_test(enums_are_names_or_numbers),
        cmocka_unit_test(bytes_are_base64_of_either_kind),
        cmocka_unit_test(null_is_the_default_of_a_field_and_no_element),
        cmocka_unit_test(one_field_of_a_oneof_may_be_given),
        cmocka_unit_test(a_field_is_given_once),
        cmocka_unit_test(lists_and_messages_may_be_empty_and_nested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
