/* crc32c_test.c -- The checksum of records, by the instruction and without it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/crc32c.h"

enum { SIZE_MAX_TRIED = 300 };

/* RFC 3720, B.4, and the check value that catalogues of checksums give. */
static void it_is_the_crc_of_castagnoli(void **state)
{
    static const uint8_t zeros[32];
    (void)state;
    assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283);
    assert_int_equal(crc32c_plain(0, "123456789", 9), 0xe3069283);
    assert_int_equal(crc32c(0, zeros, sizeof zeros), 0x8a9136aa);
    assert_int_equal(crc32c(0, NULL, 0), 0);
}

static void with_and_without_the_instruction_it_is_the_same(void **state)
{
    uint8_t bytes[SIZE_MAX_TRIED + 8];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * i * 31 + 7 * i);
    for (size_t size = 0; size <= SIZE_MAX_TRIED; size++)
        for (size_t start = 0; start < 8; start++)
            assert_int_equal(crc32c((uint32_t)size, bytes + start, size),
                             crc32c_plain((uint32_t)size, bytes + start, size));
}

static void it_goes_on_where_it_stopped(void **state)
{
    (void)state;
    assert_int_equal(crc32c(crc32c(0, "12345", 5), "6789", 4), 0xe3069283);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_crc_of_castagnoli),
        cmocka_unit_test(with_and_without_the_instruction_it_is_the_same),
        cmocka_unit_test(it_goes_on_where_it_stopped),
    };
    return cmocka_run_group_tests_name("crc32c", tests, NULL, NULL);
}
