/* Many seats by one word: sections, rows, places of a row, all. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/seat_ranges.h"

enum { SEATS = 40 };

/* F1: A 1..10, B 1..10; F1 once more, of another price: C 11..20; A-B: D 1..5; Wide: A 1..5. */
static Onsale__V1__Row rows[5];
static Onsale__V1__Row *row_lists[] = {&rows[0], &rows[1], &rows[2], &rows[3], &rows[4]};
static Onsale__V1__Section sections[4];
static Onsale__V1__Section *section_list[] = {&sections[0], &sections[1], &sections[2],
                                              &sections[3]};
static Onsale__V1__SeatLayout layout;

static void set_row(size_t i, const char *name, uint32_t first_number, uint32_t seats)
{
    onsale__v1__row__init(&rows[i]);
    rows[i].name = (char *)name;
    rows[i].first_number = first_number;
    rows[i].seat_count = seats;
}

static void set_section(size_t i, const char *name, size_t first_row, size_t count)
{
    onsale__v1__section__init(&sections[i]);
    sections[i].name = (char *)name;
    sections[i].rows = &row_lists[first_row];
    sections[i].n_rows = count;
}

static int make_layout(void **state)
{
    (void)state;
    set_row(0, "A", 1, 10);
    set_row(1, "B", 1, 10);
    set_row(2, "C", 11, 10);
    set_row(3, "D", 1, 5);
    set_row(4, "A", 1, 5);
    set_section(0, "F1", 0, 2);
    set_section(1, "F1", 2, 1);
    set_section(2, "F1-A", 3, 1);
    set_section(3, "Wide", 4, 1);
    onsale__v1__seat_layout__init(&layout);
    layout.sections = section_list;
    layout.n_sections = 4;
    return 0;
}

static char problem[SEATS_PROBLEM_BYTES];

/* Seats from `first` on are meant, and no others. */
static void assert_means(const char *word, uint32_t first, uint32_t count)
{
    bool marks[SEATS] = {false};
    if (!seat_range_mark(&layout, word, marks, problem)) fail_msg("%s: %s", word, problem);
    for (uint32_t i = 0; i < SEATS; i++)
        if (marks[i] != (i >= first && i < first + count)) fail_msg("%s: seat %u", word, i);
}

static void assert_refused(const char *word, const char *why)
{
    bool marks[SEATS] = {false};
    assert_false(seat_range_mark(&layout, word, marks, problem));
    if (strstr(problem, why) == NULL) fail_msg("%s: %s", word, problem);
    for (uint32_t i = 0; i < SEATS; i++)
        assert_false(marks[i]);
}

static void a_word_is_a_seat_places_of_a_row_a_row_a_section_or_all(void **state)
{
    (void)state;
    assert_means("F1-B-3", 12, 1);
    assert_means("12", 12, 1);
    assert_means("F1-B-3..9", 12, 7);
    assert_means("F1-B-3..3", 12, 1);
    assert_means("F1-C-11..20", 20, 10);
    assert_means("F1-B", 10, 10);
    assert_means("F1", 0, 30); /* both of that name */
    assert_means("Wide", 35, 5);
    assert_means("wide-a", 35, 5);
    assert_means("all", 0, 40);
}

static void a_word_that_means_nothing_or_two_things_is_refused(void **state)
{
    (void)state;
    assert_refused("F1-A", "is a row, and a section, too");
    assert_refused("F9", "no seat, row or section F9");
    assert_refused("F1-B-3..11", "the row has the numbers 1 to 10");
    assert_refused("F1-B-9..3", "3 is to come after 9");
    assert_refused("F1-B-3..", "no seat, row or section");
    assert_refused("3..9", "no seat, row or section");
    assert_refused("", "no seat, row or section");
    assert_refused("F1-B-3..99999999999", "no seat, row or section");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_a_seat_places_of_a_row_a_row_a_section_or_all),
        cmocka_unit_test(a_word_that_means_nothing_or_two_things_is_refused),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, make_layout, NULL);
}
