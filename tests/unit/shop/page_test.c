#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/present/page.h"

static void an_empty_token_is_the_key_before_all_others(void **state)
{
    uint64_t number = 1;
    uint8_t id[ID_BYTES] = {1};
    (void)state;
    assert_int_equal(page_token_read_number("", UINT64_MAX, &number), STATUS_OK);
    assert_int_equal(number, 0);
    assert_int_equal(page_token_read_id("", id), STATUS_OK);
    assert_true(id_is_zero(id));
}

static void a_token_is_read_as_it_was_made(void **state)
{
    const uint8_t made[ID_BYTES] = {0xfe, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    struct arena arena;
    uint64_t number;
    uint8_t id[ID_BYTES];
    (void)state;
    arena_init(&arena, 1024);
    assert_int_equal(
        page_token_read_number(page_token_of_number(&arena, UINT64_MAX - 1), UINT64_MAX, &number),
        STATUS_OK);
    assert_true(number == UINT64_MAX - 1);
    assert_int_equal(page_token_read_id(page_token_of_id(&arena, made), id), STATUS_OK);
    assert_memory_equal(id, made, ID_BYTES);
    arena_deinit(&arena);
}

static void a_token_of_other_making_is_refused(void **state)
{
    static const char *const numbers[] = {
        "5",
        "000000000000000g",
        "0000000000000000",
        "00000000000000001",
        "+000000000000001",
        "00000000000000FF",
    };
    static const char *const ids[] = {
        "x",
        "fe0203040506070809",
        "FE020304-0506-0708-090a-0b0c0d0e0f10",
        "fe0203040506070809 0a0b0c0d0e0f10",
        "00000000-0000-0000-0000-000000000000",
    };
    uint64_t number = 77;
    uint8_t id[ID_BYTES] = {77};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_int_equal(page_token_read_number(numbers[i], UINT64_MAX, &number),
                         STATUS_PAGE_TOKEN_INVALID);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        assert_int_equal(page_token_read_id(ids[i], id), STATUS_PAGE_TOKEN_INVALID);
    assert_int_equal(number, 77);
    assert_int_equal(id[0], 77);
}

static void a_number_larger_than_any_key_is_refused(void **state)
{
    uint64_t number;
    (void)state;
    assert_int_equal(page_token_read_number("0000000100000000", UINT32_MAX, &number),
                     STATUS_PAGE_TOKEN_INVALID);
    assert_int_equal(page_token_read_number("00000000ffffffff", UINT32_MAX, &number), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_token_is_the_key_before_all_others),
        cmocka_unit_test(a_token_is_read_as_it_was_made),
        cmocka_unit_test(a_token_of_other_making_is_refused),
        cmocka_unit_test(a_number_larger_than_any_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
