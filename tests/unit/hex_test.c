#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hex.h"

static void every_digit_has_its_value_and_nothing_else_has_one(void **state)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    (void)state;
    for (int c = 0; c < 256; c++) {
        const char *found = c == 0 ? NULL : strchr(digits, c);
        long expected = found == NULL ? -1 : found - digits;
        if (expected > 15) expected -= 6;
        assert_int_equal(hex_digit((char)c), expected);
    }
}

static void bytes_that_are_written_are_read_again(void **state)
{
    uint8_t bytes[256], read[256];
    char text[512];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    assert_ptr_equal(hex_write(bytes, sizeof bytes, text), text + sizeof text);
    assert_memory_equal(text, "000102", 6);
    assert_memory_equal(text + sizeof text - 6, "fdfeff", 6);
    assert_true(hex_read(text, sizeof read, read));
    assert_memory_equal(read, bytes, sizeof bytes);
}

static void what_is_no_digit_is_refused_and_nothing_behind_it_is_looked_at(void **state)
{
    uint8_t bytes[2];
    (void)state;
    assert_true(hex_read("aBCd", 2, bytes));
    assert_true(bytes[0] == 0xab && bytes[1] == 0xcd);
    assert_false(hex_read("", 2, bytes));
    assert_false(hex_read("0", 2, bytes));
    assert_false(hex_read("0g11", 2, bytes));
    assert_true(hex_read("", 0, bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_digit_has_its_value_and_nothing_else_has_one),
        cmocka_unit_test(bytes_that_are_written_are_read_again),
        cmocka_unit_test(what_is_no_digit_is_refused_and_nothing_behind_it_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
