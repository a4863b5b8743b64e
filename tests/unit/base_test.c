#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/id.h"
#include "base/status.h"

static const enum status all_statuses[] = {
#define STATUS(name, number, code, retry, english, korean) STATUS_##name,
#include "base/statuses.def"
#undef STATUS
};

static const char *const all_names[] = {
#define STATUS(name, number, code, retry, english, korean) #name,
#include "base/statuses.def"
#undef STATUS
};

enum { STATUSES = sizeof all_statuses / sizeof all_statuses[0] };

static void numbers_and_names_of_statuses_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATUSES; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(all_statuses[i], all_statuses[k]);
            assert_string_not_equal(all_names[i], all_names[k]);
        }
    }
}

static void a_status_is_found_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATUSES; i++) {
        assert_string_equal(status_name(all_statuses[i]), all_names[i]);
        assert_int_equal(status_from_name(all_names[i]), all_statuses[i]);
    }
}

static void only_ok_has_grpc_code_zero(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATUSES; i++) {
        int code = status_grpc_code(all_statuses[i]);
        assert_in_range(code, 0, 16);
        assert_int_equal(code == 0, all_statuses[i] == STATUS_OK);
    }
}

static void every_status_has_texts_in_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATUSES; i++) {
        assert_true(strlen(status_english(all_statuses[i])) > 0);
        assert_true(strlen(status_korean(all_statuses[i])) > 0);
    }
}

static void the_texts_of_the_documents_are_literal(void **state)
{
    (void)state;
    assert_string_equal(status_korean(STATUS_SEAT_TAKEN), "이미 선택된 좌석입니다");
    assert_string_equal(status_korean(STATUS_HOLD_EXPIRED), "결제 시간을 초과했습니다.");
}

static void only_what_may_pass_by_itself_is_worth_a_retry(void **state)
{
    (void)state;
    assert_true(status_may_retry(STATUS_WRITER_BUSY));
    assert_true(status_may_retry(STATUS_SERVER_UNREACHABLE));
    assert_false(status_may_retry(STATUS_OK));
    assert_false(status_may_retry(STATUS_SEAT_TAKEN));
}

static void unknown_numbers_and_names_are_internal_errors(void **state)
{
    (void)state;
    assert_string_equal(status_name((enum status)9999), "INTERNAL");
    assert_int_equal(status_from_name("NO_SUCH_NAME"), STATUS_INTERNAL);
}

static const uint8_t random_bytes[10] = {0xff, 1, 0xff, 2, 3, 4, 5, 6, 7, 8};

static void an_id_of_version_7_says_so(void **state)
{
    (void)state;
    uint8_t id[ID_BYTES];
    id_make_v7(id, INT64_C(0x0190163d8694), random_bytes);
    assert_memory_equal(id, "\x01\x90\x16\x3d\x86\x94", 6);
    assert_int_equal(id[6] >> 4, 7);
    assert_int_equal(id[8] >> 6, 2);
    assert_memory_equal(id + 9, random_bytes + 3, 7);
}

static void ids_of_version_7_sort_by_time(void **state)
{
    (void)state;
    static const unix_ms moments[] = {
        0, 1, 255, 256, 65536, INT64_C(1) << 40, (INT64_C(1) << 48) - 1};
    static const uint8_t zeros[10];
    uint8_t earlier[ID_BYTES], later[ID_BYTES];
    for (size_t i = 1; i < sizeof moments / sizeof moments[0]; i++) {
        id_make_v7(earlier, moments[i - 1], random_bytes);
        id_make_v7(later, moments[i], zeros);
        assert_true(memcmp(earlier, later, ID_BYTES) < 0);
    }
}

static void an_id_is_printed_and_read_back(void **state)
{
    (void)state;
    char text[ID_TEXT_BYTES];
    uint8_t id[ID_BYTES], read[ID_BYTES];
    id_make_v7(id, INT64_C(0x0190163d8694), random_bytes);
    id_print(id, text);
    assert_string_equal(text, "0190163d-8694-7f01-bf02-030405060708");
    assert_true(id_parse(text, read));
    assert_memory_equal(read, id, ID_BYTES);
    assert_true(id_parse("0190163D86947F01BF02030405060708", read));
    assert_memory_equal(read, id, ID_BYTES);
}

static void a_text_that_is_no_id_is_refused_and_nothing_written(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "0190163d",
        "0190163d-8694-7f01-bf02-03040506070",
        "0190163d-8694-7f01-bf02-0304050607081",
        "0190163d-8694-7f01-bf02-03040506070g",
        "0190163d--8694-7f01-bf02-030405060708",
        "0190-163d-8694-7f01-bf02-030405060708",
    };
    static const uint8_t zeros[ID_BYTES];
    uint8_t read[ID_BYTES] = {0};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(id_parse(texts[i], read));
    assert_memory_equal(read, zeros, ID_BYTES);
}

static void an_id_is_zero_only_if_all_of_it_is(void **state)
{
    (void)state;
    uint8_t id[ID_BYTES] = {0};
    assert_true(id_is_zero(id));
    for (size_t i = 0; i < ID_BYTES; i++) {
        id[i] = 1;
        assert_false(id_is_zero(id));
        id[i] = 0;
    }
}

static void bytes_are_equal_only_if_all_of_them_are(void **state)
{
    (void)state;
    uint8_t a[ID_BYTES] = {0}, b[ID_BYTES] = {0};
    assert_true(bytes_equal_constant_time(a, b, ID_BYTES));
    for (size_t i = 0; i < ID_BYTES; i++) {
        b[i] = 0x80;
        assert_false(bytes_equal_constant_time(a, b, ID_BYTES));
        b[i] = 0;
    }
    assert_true(bytes_equal_constant_time(a, b, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_names_of_statuses_are_unique),
        cmocka_unit_test(a_status_is_found_by_its_name),
        cmocka_unit_test(only_ok_has_grpc_code_zero),
        cmocka_unit_test(every_status_has_texts_in_both_languages),
        cmocka_unit_test(the_texts_of_the_documents_are_literal),
        cmocka_unit_test(only_what_may_pass_by_itself_is_worth_a_retry),
        cmocka_unit_test(unknown_numbers_and_names_are_internal_errors),
        cmocka_unit_test(an_id_of_version_7_says_so),
        cmocka_unit_test(ids_of_version_7_sort_by_time),
        cmocka_unit_test(an_id_is_printed_and_read_back),
        cmocka_unit_test(a_text_that_is_no_id_is_refused_and_nothing_written),
        cmocka_unit_test(an_id_is_zero_only_if_all_of_it_is),
        cmocka_unit_test(bytes_are_equal_only_if_all_of_them_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
