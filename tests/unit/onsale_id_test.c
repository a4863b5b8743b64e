/* Ids made by the client library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <onsale/id.h>

static void ids_differ(void **state)
{
    (void)state;
    uint8_t one[ONSALE_ID_BYTES];
    uint8_t other[ONSALE_ID_BYTES];
    assert_true(onsale_id_new(one));
    assert_true(onsale_id_new(other));
    assert_memory_not_equal(one, other, ONSALE_ID_BYTES);
}

static void an_id_is_a_uuid_of_version_7(void **state)
{
    (void)state;
    uint8_t id[ONSALE_ID_BYTES];
    assert_true(onsale_id_new(id));
    assert_int_equal(id[6] >> 4, 7);
    assert_int_equal(id[8] >> 6, 2);
}

static void an_id_survives_being_printed_and_parsed(void **state)
{
    (void)state;
    uint8_t id[ONSALE_ID_BYTES];
    uint8_t parsed[ONSALE_ID_BYTES];
    char text[ONSALE_ID_TEXT_BYTES];
    assert_true(onsale_id_new(id));
    onsale_id_print(id, text);
    assert_true(onsale_id_parse(text, parsed));
    assert_memory_equal(id, parsed, ONSALE_ID_BYTES);
}

static void text_that_is_no_id_is_refused(void **state)
{
    (void)state;
    uint8_t id[ONSALE_ID_BYTES];
    assert_false(onsale_id_parse("", id));
    assert_false(onsale_id_parse("0190163d-8694-739b-aea5-966c26f8ad9", id));
    assert_false(onsale_id_parse("0190163d-8694-739b-aea5-966c26f8ad91a", id));
    assert_false(onsale_id_parse("0190163d-8694-739b-aea5-966c26f8ad9g", id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_differ),
        cmocka_unit_test(an_id_is_a_uuid_of_version_7),
        cmocka_unit_test(an_id_survives_being_printed_and_parsed),
        cmocka_unit_test(text_that_is_no_id_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
