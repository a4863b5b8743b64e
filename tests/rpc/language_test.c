/* Which language is wanted: RFC 9110 and the lookup of RFC 4647, between Korean and English. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/require.h"
#include "rpc/frame/language.h"

static bool is_korean(const char *list)
{
    struct languages languages = {0};
    languages_read(&languages, list);
    return languages_prefer_korean(&languages);
}

static void assert_all(bool korean, const char *const *lists)
{
    for (size_t i = 0; lists[i] != NULL; i++)
        if (is_korean(lists[i]) != korean)
            fail_msg("\"%s\" is %sKorean", lists[i], korean ? "not " : "");
}

static void korean_is_known_by_its_tag_in_any_case(void **state)
{
    (void)state;
    assert_all(true, (const char *[]){"ko", "KO", "kO", "ko-KR", "KO-kr", "ko-Kore-KR",
                                      "ko-KR-u-ca", " ko ", "\tko-KP\t", "ko-a1b2c3d4-x-1", NULL});
}

static void another_tag_is_not_korean(void **state)
{
    (void)state;
    assert_all(false, (const char *[]){"", "en", "en-KO", "kok", "kok-IN", "kor", "k", "kO1",
                                       "ko_KR", "fr-ko", "x-ko", "fr", "de, fr", NULL});
}

static void the_greater_weight_wins(void **state)
{
    (void)state;
    assert_all(true, (const char *[]){"en;q=0.1, ko;q=0.9", "ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7",
                                      "en;q=0.999,ko", "en;q=0.001 , ko;q=0.002",
                                      "en;Q=0.5 ,\tko ; q=0.7", "en;q=0., ko;q=1.", "fr, ko;q=0.1",
                                      "ko;q=0.5, en;q=0.7, ko-KR;q=0.9", "en;q=0, ko;q=0.001",
                                      "en-GB;q=0.3, ko-KR;q=0.4", NULL});
    assert_all(false, (const char *[]){"ko;q=0.1, en;q=0.9", "ko;q=0.9, en",
                                       "ko;q=0.999, en;q=1.000", "ko;q=0.3, en-GB;q=0.4", NULL});
}

static void of_equal_weights_the_first_wins(void **state)
{
    (void)state;
    assert_all(true, (const char *[]){"ko, en", "ko;q=0.5, en;q=0.500", "fr, ko-KR, en", NULL});
    assert_all(false, (const char *[]){"en, ko", "en-US;q=0.5, ko;q=0.5",
                                       "ko;q=0.1, en;q=0.5, ko-KR;q=0.5", NULL});
}

static void a_weight_of_zero_excludes(void **state)
{
    (void)state;
    assert_all(false,
               (const char *[]){"ko;q=0", "ko;q=0.000", "ko;q=0, *", "ko, ko;q=0", "*, ko;q=0",
                                "ko-KR, ko;q=0", "ko;q=0, en;q=0", "ko-KR;q=0", NULL});
    assert_all(true, (const char *[]){"ko-KP;q=0, ko", "en;q=0, ko", NULL});
}

static void a_star_is_whatever_is_not_named(void **state)
{
    (void)state;
    assert_all(false, (const char *[]){"*", "fr, *;q=0.5", "ko;q=0.5, *", "ko;q=0.5, *;q=0.8",
                                       "en, *;q=0.5", "*;q=0", NULL});
    assert_all(true, (const char *[]){"ko, *", "ko, *;q=0.5", "en;q=0.1, *", "en;q=0, *", NULL});
}

static void what_cant_be_read_is_passed_over(void **state)
{
    (void)state;
    assert_all(false, (const char *[]){
                          "ko;q=2",    "ko;q=1.001", "ko;q=0.1234",  "ko;q=-1", "ko;q=",
                          "ko;q",      "ko;",        "ko;level=1",   "ko=1",    "ko;q=0.5x",
                          "ko KR",     "ko-",        "-ko",          "ko--KR",  "ko-toolongsubtag",
                          "*-KR",      ";q=1",       "\xec\x9e\x90", "ko\x01",  "ko;q=.5",
                          "ko;q=00.5", ",",          ",,,",          ";",       "\"ko\"",
                          NULL});
    assert_all(true, (const char *[]){"ko;q=5, ko-KR", ",ko", ",, ,ko,,", "en;q=9, ko;q=0.1",
                                      "???, ko", "ko;q=1;q=0, ko;q=0.5", NULL});
}

static void several_lists_are_one(void **state)
{
    (void)state;
    struct languages languages = {0};
    languages_read(&languages, "en;q=0.5");
    languages_read(&languages, "ko;q=0.6");
    assert_true(languages_prefer_korean(&languages));
    languages_read(&languages, "ko;q=0");
    assert_false(languages_prefer_korean(&languages));
}

static void no_text_is_read_beyond_its_end(void **state)
{
    static const char letters[] = "ko-KREn,;q=01.9* \t";
    (void)state;
    uint32_t drawn = 1;
    for (int round = 0; round < 20000; round++) {
        char text[24];
        size_t length = (size_t)round % sizeof text;
        for (size_t i = 0; i < length; i++) {
            drawn = drawn * 1664525 + 1013904223;
            text[i] = letters[(drawn >> 16) % (sizeof letters - 1)];
        }
        char *exact = malloc(length + 1); /* for the sanitizer */
        REQUIRE(exact != NULL);
        memcpy(exact, text, length);
        exact[length] = '\0';
        is_korean(exact);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(korean_is_known_by_its_tag_in_any_case),
        cmocka_unit_test(another_tag_is_not_korean),
        cmocka_unit_test(the_greater_weight_wins),
        cmocka_unit_test(of_equal_weights_the_first_wins),
        cmocka_unit_test(a_weight_of_zero_excludes),
        cmocka_unit_test(a_star_is_whatever_is_not_named),
        cmocka_unit_test(what_cant_be_read_is_passed_over),
        cmocka_unit_test(several_lists_are_one),
        cmocka_unit_test(no_text_is_read_beyond_its_end),
    };
    return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
