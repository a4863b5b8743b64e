/* How far a mistyped word is from the right one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/command/suggestion.h"

static void a_letter_too_many_too_few_wrong_or_swapped_is_one_step(void **state)
{
    (void)state;
    assert_int_equal(edit_distance("queue", "queue"), 0);
    assert_int_equal(edit_distance("queuee", "queue"), 1);
    assert_int_equal(edit_distance("quee", "queue"), 1);
    assert_int_equal(edit_distance("qeuue", "queue"), 1);
    assert_int_equal(edit_distance("quaue", "queue"), 1);
    assert_int_equal(edit_distance("", "queue"), 5);
    assert_int_equal(edit_distance("kitten", "sitting"), 3);
}

static void what_is_too_long_is_near_nothing(void **state)
{
    (void)state;
    char word[65] = {0};
    for (size_t i = 0; i < 64; i++)
        word[i] = 'a';
    assert_int_equal(edit_distance(word, "a"), SIZE_MAX);
    struct suggestion suggestion = {.typed = word};
    suggestion_offer(&suggestion, word);
    assert_null(suggestion.best);
}

static void the_nearest_is_kept_and_of_several_the_first(void **state)
{
    (void)state;
    struct suggestion suggestion = {.typed = "sohw"};
    suggestion_offer(&suggestion, "wait");
    assert_null(suggestion.best);
    suggestion_offer(&suggestion, "shown");
    suggestion_offer(&suggestion, "show");
    suggestion_offer(&suggestion, "snow");
    assert_string_equal(suggestion.best, "show");
}

static void the_beginning_of_a_word_is_near_it(void **state)
{
    (void)state;
    struct suggestion suggestion = {.typed = "res"};
    suggestion_offer(&suggestion, "reservation");
    assert_string_equal(suggestion.best, "reservation");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_too_many_too_few_wrong_or_swapped_is_one_step),
        cmocka_unit_test(what_is_too_long_is_near_nothing),
        cmocka_unit_test(the_nearest_is_kept_and_of_several_the_first),
        cmocka_unit_test(the_beginning_of_a_word_is_near_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
