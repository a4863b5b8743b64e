/* Ids made by the client library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <onsale/id.h>

static void ids_differ(void **state)
{
    (void)state;
    enum { IDS = 200, TIME_BYTES = 6 };
    static uint8_t ids[IDS][ONSALE_ID_BYTES];
    for (int i = 0; i < IDS; i++) {
        assert_true(onsale_id_new(ids[i]));
        for (int j = 0; j < i; j++)
            assert_memory_not_equal(ids[i] + TIME_BYTES, ids[j] + TIME_BYTES,
                                    ONSALE_ID_BYTES - TIME_BYTES);
    }
}

static void ids_of_a_forked_process_differ(void **state)
{
    (void)state;
    enum { TIME_BYTES = 6 };
    uint8_t ours[ONSALE_ID_BYTES];
    uint8_t theirs[ONSALE_ID_BYTES];
    int ends[2];
    assert_true(onsale_id_new(ours));
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        bool is_made = onsale_id_new(theirs);
        _exit(is_made && write(ends[1], theirs, sizeof theirs) == sizeof theirs ? 0 : 1);
    }
    assert_true(child > 0);
    assert_true(onsale_id_new(ours));
    assert_int_equal(read(ends[0], theirs, sizeof theirs), sizeof theirs);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_memory_not_equal(ours + TIME_BYTES, theirs + TIME_BYTES, ONSALE_ID_BYTES - TIME_BYTES);
    close(ends[0]);
    close(ends[1]);
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
        cmocka_unit_test(ids_of_a_forked_process_differ),
        cmocka_unit_test(an_id_is_a_uuid_of_version_7),
        cmocka_unit_test(an_id_survives_being_printed_and_parsed),
        cmocka_unit_test(text_that_is_no_id_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
