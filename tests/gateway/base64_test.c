#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/base64.h"

struct example {
    const char *bytes;
    const char *padded;
    const char *bare;
};

/* RFC 4648, section 10. */
static const struct example examples[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xfe", "+//+", "+//+"},
};

static void the_examples_of_the_rfc_are_encoded(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096);
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const uint8_t *bytes = (const uint8_t *)examples[i].bytes;
        size_t size = strlen(examples[i].bytes);
        assert_string_equal(base64_encode(&arena, bytes, size, true), examples[i].padded);
        assert_string_equal(base64_encode(&arena, bytes, size, false), examples[i].bare);
    }
    arena_deinit(&arena);
}

static void what_does_not_fit_into_the_arena_is_not_encoded(void **state)
{
    (void)state;
    static const uint8_t bytes[64];
    struct arena arena;
    arena_init(&arena, 64);
    assert_null(base64_encode(&arena, bytes, sizeof bytes, true));
    arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_rfc_are_encoded),
        cmocka_unit_test(what_does_not_fit_into_the_arena_is_not_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
