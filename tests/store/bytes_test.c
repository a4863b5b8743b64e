#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/bytes.h"

static void a_record_of_no_bytes_can_be_written(void **state)
{
    (void)state;
    struct writer writer = writer_make(NULL, 0);
    writer_bytes(&writer, "", 0);
    assert_non_null(writer.start); /* memcpy must not be given NULL */
    assert_int_equal(writer_size(&writer), 0);
}

static void a_record_of_no_bytes_can_be_read(void **state)
{
    (void)state;
    uint8_t nothing[1];
    struct reader reader = reader_make(NULL, 0);
    reader_bytes(&reader, nothing, 0);
    assert_non_null(reader.at);
    assert_true(reader_is_whole(&reader));
    assert_int_equal(reader_u32(&reader), 0);
    assert_false(reader_is_whole(&reader));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_of_no_bytes_can_be_written),
        cmocka_unit_test(a_record_of_no_bytes_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
