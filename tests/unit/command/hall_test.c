/* The picture of a hall, and seats by their names. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/hall.h"
#include "client/command/seat_arguments.h"

/* FLOOR: rows A (4 seats) and B (6), tier 0; W-1 and W-2: one row of 3 each, tier 1. */
static Onsale__V1__Row row_a, row_b, row_w1, row_w2;
static Onsale__V1__Row *floor_rows[] = {&row_a, &row_b}, *w1_rows[] = {&row_w1},
                       *w2_rows[] = {&row_w2};
static Onsale__V1__Section floor_section, w1_section, w2_section;
static Onsale__V1__Section *sections[] = {&floor_section, &w1_section, &w2_section};
static Onsale__V1__SeatLayout layout;
static Onsale__V1__PriceTier vip;
static Onsale__V1__PriceTier *tiers[] = {&vip};
static Onsale__V1__Performance performance;

static void make_row(Onsale__V1__Row *row, char *name, uint32_t first_number, uint32_t seat_count)
{
    onsale__v1__row__init(row);
    row->name = name;
    row->first_number = first_number;
    row->seat_count = seat_count;
}

static void make_section(Onsale__V1__Section *section, char *name, uint32_t tier_index,
                         Onsale__V1__Row **rows, size_t rows_count)
{
    onsale__v1__section__init(section);
    section->name = name;
    section->tier_index = tier_index;
    section->rows = rows;
    section->n_rows = rows_count;
}

static int make_hall(void **state)
{
    make_row(&row_a, "A", 1, 4);
    make_row(&row_b, "B", 1, 6);
    make_row(&row_w1, "1", 10, 3);
    make_row(&row_w2, "1", 20, 3);
    make_section(&floor_section, "FLOOR", 0, floor_rows, 2);
    make_section(&w1_section, "W-1", 1, w1_rows, 1);
    make_section(&w2_section, "W-2", 1, w2_rows, 1);
    onsale__v1__seat_layout__init(&layout);
    layout.sections = sections;
    layout.n_sections = 3;
    onsale__v1__price_tier__init(&vip);
    vip.name = "VIP";
    vip.price = 165000;
    onsale__v1__performance__init(&performance);
    performance.tiers = tiers;
    performance.n_tiers = 1;

    struct hall *hall = malloc(sizeof *hall);
    if (hall == NULL) return -1;
    hall_init(hall, &layout, &performance);
    for (uint32_t i = 0; i < hall->seat_count; i++)
        hall->states[i] = ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE;
    *state = hall;
    return 0;
}

static int free_hall(void **state)
{
    hall_deinit(*state);
    free(*state);
    return 0;
}

/* What is drawn, as text that the caller frees. */
static char *drawn(const struct hall *hall, const char *section, size_t width, bool colour)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct writer writer = {.out = out, .colour = colour};
    if (section == NULL)
        hall_draw(hall, width, &writer);
    else
        assert_true(hall_draw_section(hall, section, width, &writer));
    fclose(out);
    return text;
}

static void the_picture_has_a_character_for_each_seat(void **state)
{
    struct hall *hall = *state;
    hall->states[1] = ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD;
    hall->states[4] = ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD;
    hall->states[15] = ONSALE__V1__SEAT_STATE__SEAT_STATE_BLOCKED;
    char *text = drawn(hall, NULL, 60, false);
    assert_string_equal(text, "+----------------------------------------------+\n"
                              "|                  S T A G E                   |\n"
                              "+----------------------------------------------+\n"
                              "\n"
                              "         VIP  165,000  --  8 of 10 left\n"
                              "\n"
                              "                      FLOOR\n"
                              "                    A  .h..\n"
                              "                    B #.....\n"
                              "\n"
                              "            tier 1  --  5 of 6 left\n"
                              "\n"
                              "                   W-1     W-2\n"
                              "                 1 ...   1 ..x\n"
                              "\n"
                              ". available 13   h held 1   # sold 1   x blocked 1   16 in all\n");
    free(text);
}

static void a_section_is_drawn_with_the_numbers_of_its_seats(void **state)
{
    struct hall *hall = *state;
    hall->states[11] = ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD;
    char *text = drawn(hall, "W-1", 60, false);
    assert_string_equal(text, "Section W-1  --  tier 1\n"
                              "\n"
                              "    STAGE\n"
                              "1  10  h 12\n"
                              "\n"
                              ". available 2   h held 1   # sold 0   x blocked 0   3 in all\n");
    free(text);
}

static void a_row_tells_its_places_for_wheelchairs(void **state)
{
    Onsale__V1__Row *row = w1_section.rows[0];
    row->first_wheelchair_number = 11;
    row->wheelchair_count = 2;
    char *text = drawn(*state, "W-1", 60, false);
    assert_non_null(strstr(text, "\n1  10 11 12  wheelchairs: 11-12\n"));
    free(text);
    row->wheelchair_count = 1;
    text = drawn(*state, "W-1", 60, false);
    assert_non_null(strstr(text, "\n1  10 11 12  wheelchair: 11\n"));
    free(text);
}

static void a_section_that_is_not_there_is_not_drawn(void **state)
{
    struct writer writer = {.out = stdout};
    assert_false(hall_draw_section(*state, "W", 80, &writer));
}

static void colour_ends_with_the_line_and_is_there_on_request_only(void **state)
{
    char *text = drawn(*state, "W-1", 60, true);
    assert_non_null(strstr(text, "12\033[0m\n"));
    free(text);
    text = drawn(*state, "W-1", 60, false);
    assert_null(strchr(text, '\033'));
    free(text);
}

static void a_seat_map_is_two_bits_a_seat(void **state)
{
    struct hall *hall = *state;
    Onsale__V1__SeatRun run = ONSALE__V1__SEAT_RUN__INIT;
    Onsale__V1__SeatRun *runs[] = {&run};
    Onsale__V1__GetSeatMapResponse map = ONSALE__V1__GET_SEAT_MAP_RESPONSE__INIT;
    uint8_t states[] = {0xe4, 0x02}; /* 00 01 10 11, 10 */
    run.first_seat_index = 3;
    run.seat_count = 5;
    run.states = (ProtobufCBinaryData){sizeof states, states};
    map.seat_count = 16;
    map.runs = runs;
    map.n_runs = 1;
    assert_true(hall_apply(hall, &map));
    static const uint8_t expected[] = {1, 1, 1, 1, 2, 3, 4, 3, 1};
    assert_memory_equal(hall->states, expected, sizeof expected);
}

static void a_seat_map_of_another_hall_is_refused(void **state)
{
    struct hall *hall = *state;
    Onsale__V1__SeatRun run = ONSALE__V1__SEAT_RUN__INIT;
    Onsale__V1__SeatRun *runs[] = {&run};
    Onsale__V1__GetSeatMapResponse map = ONSALE__V1__GET_SEAT_MAP_RESPONSE__INIT;
    uint8_t states[] = {0, 0, 0, 0};
    map.runs = runs;
    map.n_runs = 1;
    run.states = (ProtobufCBinaryData){sizeof states, states};
    run.seat_count = 4;

    map.seat_count = 17;
    assert_false(hall_apply(hall, &map));
    map.seat_count = 16;
    run.first_seat_index = 13;
    assert_false(hall_apply(hall, &map));
    run.first_seat_index = 12;
    run.states.len = 0;
    assert_false(hall_apply(hall, &map));
    run.states.len = 1;
    assert_true(hall_apply(hall, &map));
}

static void assert_seat(const char *text, uint32_t seat_index)
{
    struct seat_reading readings[2];
    if (layout_find_seat(&layout, text, readings) != 1) fail_msg("%s is not one seat", text);
    assert_int_equal(readings[0].seat_index, seat_index);
}

static void a_seat_is_found_by_index_and_by_name(void **state)
{
    struct seat_reading readings[2];
    assert_seat("15", 15);
    assert_seat("FLOOR-B-1", 4);
    assert_seat("W-2-1-22", 15);
    static const char *const absent[] = {"16",        "",           "FLOOR-A-0", "FLOOR-A-5",
                                         "FLOOR-C-1", "FLOOR-A-1x", "FLOOR-A-",  "W-1-1-9"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        if (layout_find_seat(&layout, absent[i], readings) > 0) fail_msg("%s", absent[i]);
    (void)state;
}

static void it_does_not_matter_how_a_name_is_typed(void **state)
{
    (void)state;
    assert_seat("floor-b-1", 4);
    assert_seat("ＦＬＯＯＲ-Ｂ-１", 4);
    assert_seat(" FLOOR\u2010B\u22121 ", 4);
    assert_seat("１５", 15);
    row_b.name = (char *)"가";
    assert_seat("FLOOR-\u1100\u1161-6", 9);
    row_b.name = (char *)"\u1100\u1161";
    assert_seat("FLOOR-가-6", 9);
}

static void assert_two_seats(const char *text, uint32_t one, uint32_t other)
{
    struct seat_reading readings[2];
    assert_int_equal(layout_find_seat(&layout, text, readings), 2);
    assert_int_equal(readings[0].seat_index, one);
    assert_int_equal(readings[1].seat_index, other);
}

static void a_name_of_two_seats_has_two_readings(void **state)
{
    (void)state;
    floor_section.name = (char *)"W"; /* row 1-1 of section W, row 1 of section W-1 */
    row_b.name = (char *)"1-1";
    row_b.first_number = 10;
    assert_two_seats("W-1-1-12", 6, 12);
    assert_seat("W-1-1-13", 7);
    row_b.name = (char *)"A"; /* twice in one section */
    row_b.first_number = 4;
    assert_two_seats("W-A-4", 3, 4);
    assert_seat("W-A-5", 5);
}

static void capitals_are_told_apart_only_where_they_have_to_be(void **state)
{
    (void)state;
    w1_section.name = (char *)"west";
    w2_section.name = (char *)"West";
    row_w2.first_number = 10;
    assert_seat("west-1-10", 10);
    assert_seat("West-1-10", 13);
    assert_two_seats("WEST-1-10", 10, 13);
}

static void a_refusal_tells_both_readings(void **state)
{
    (void)state;
    struct run run = {0};
    struct seat_reading seat;
    floor_section.name = (char *)"W";
    row_b.name = (char *)"1-1";
    row_b.first_number = 10;
    assert_false(seat_find(&run, &layout, "W-1-1-12", &seat));
    assert_int_equal(run.error.status, ONSALE_ARGUMENT_INVALID);
    assert_string_equal(run.error.message,
                        "W-1-1-12 means 2 seats: 6 is in section W, row 1-1, and 12 in section "
                        "W-1, row 1; give one of these indexes");
    assert_false(seat_find(&run, &layout, "W-1-1-16", &seat));
    assert_int_equal(run.error.status, ONSALE_SEAT_OUT_OF_RANGE);
    assert_string_equal(run.error.message, "the hall has no seat W-1-1-16");
    assert_true(seat_find(&run, &layout, "W-1-1-13", &seat));
    assert_int_equal(seat.seat_index, 7);
}

/* FLOOR has two prices: row A that of tier 0, and row B, which W-1 stands between, that of tier 1.
 */
static void every_row_stands_under_its_own_price(void **state)
{
    struct hall *hall = *state;
    floor_section.n_rows = 1;
    w2_section.name = (char *)"FLOOR";
    w2_section.rows = floor_rows + 1;
    w2_section.tier_index = 1;
    vip.price = 9000;
    hall->states[8] = ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD;
    char *text = drawn(hall, "FLOOR", 60, false);
    assert_string_equal(text, "Section FLOOR  --  VIP  9,000\n"
                              "\n"
                              "    S T A G E\n"
                              "A    1 2 3 4\n"
                              "\n"
                              "Section FLOOR  --  tier 1\n"
                              "\n"
                              "B  1 # 3 4 5 6\n"
                              "\n"
                              ". available 9   h held 0   # sold 1   x blocked 0   10 in all\n");
    free(text);
    text = drawn(hall, NULL, 60, false);
    assert_non_null(strstr(text, "VIP  9,000  --  4 of 4 left\n"));
    assert_non_null(strstr(text, "tier 1  --  8 of 9 left\n"));
    free(text);
}

static size_t longest_line(const char *text)
{
    size_t longest = 0;
    for (const char *end; *text != '\0'; text = end + 1) {
        end = strchrnul(text, '\n');
        if ((size_t)(end - text) > longest) longest = (size_t)(end - text);
        if (*end == '\0') break;
    }
    return longest;
}

static void a_row_that_does_not_fit_goes_on_in_the_next_line(void **state)
{
    (void)state;
    struct hall hall;
    make_row(&row_a, "GA", 1, 248);
    floor_section.n_rows = 2;
    hall_init(&hall, &layout, &performance);
    memset(hall.states, ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE, hall.seat_count);
    hall.states[70] = ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD;
    hall.states[247] = ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD;
    char *text = drawn(&hall, NULL, 80, false);
    assert_true(longest_line(text) <= 80);
    assert_non_null(strstr(text, "\nGA .........."));
    assert_non_null(strstr(text, "\n   h........."));
    assert_non_null(strstr(text, "\n   .....................................#\n"
                                 " B                                 ......\n"));
    free(text);
    text = drawn(&hall, "FLOOR", 80, false);
    assert_true(longest_line(text) <= 80);
    assert_non_null(strstr(text, "\nGA    1   2   3"));
    assert_non_null(strstr(text, "\n     20  21  22"));
    assert_non_null(strstr(text, "\n      #\n"));
    free(text);
    hall_deinit(&hall);
}

static void names_that_a_terminal_would_obey_are_drawn_as_escapes(void **state)
{
    struct hall *hall = *state;
    w1_section.name = (char *)"\033";
    row_w1.name = (char *)"\n";
    vip.name = (char *)"\u202e";
    char *text = drawn(hall, NULL, 60, false);
    assert_null(strchr(text, '\033'));
    assert_non_null(strstr(text, "\\u202e  165,000"));
    assert_non_null(strstr(text, "\\x0a ...   1 ...\n"));
    free(text);
    text = drawn(hall, "\033", 60, true);
    assert_non_null(strstr(text, "Section \\x1b  --  tier 1"));
    free(text);
}

static void changes_are_listed_as_runs_of_one_state(void **state)
{
    struct hall *hall = *state;
    for (uint32_t i = 0; i < hall->seat_count; i++)
        hall->states[i] = 0;
    hall->states[3] = hall->states[4] = hall->states[5] = ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD;
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    hall_list_known(hall, 0, out);
    fclose(out);
    assert_string_equal(text, "FROM       TO         SEATS  STATE\n"
                              "FLOOR-A-4  FLOOR-A-4      1  SOLD\n"
                              "FLOOR-B-1  FLOOR-B-2      2  SOLD\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_picture_has_a_character_for_each_seat, make_hall,
                                        free_hall),
        cmocka_unit_test_setup_teardown(a_section_is_drawn_with_the_numbers_of_its_seats, make_hall,
                                        free_hall),
        cmocka_unit_test_setup_teardown(a_row_tells_its_places_for_wheelchairs, make_hall,
                                        free_hall),
        cmocka_unit_test_setup_teardown(a_section_that_is_not_there_is_not_drawn, make_hall,
                                        free_hall),
        cmocka_unit_test_setup_teardown(colour_ends_with_the_line_and_is_there_on_request_only,
                                        make_hall, free_hall),
        cmocka_unit_test_setup_teardown(a_seat_map_is_two_bits_a_seat, make_hall, free_hall),
        cmocka_unit_test_setup_teardown(a_seat_map_of_another_hall_is_refused, make_hall,
                                        free_hall),
        cmocka_unit_test_setup_teardown(a_seat_is_found_by_index_and_by_name, make_hall, free_hall),
        cmocka_unit_test_setup_teardown(it_does_not_matter_how_a_name_is_typed, make_hall,
                                        free_hall),
        cmocka_unit_test_setup_teardown(a_name_of_two_seats_has_two_readings, make_hall, free_hall),
        cmocka_unit_test_setup_teardown(capitals_are_told_apart_only_where_they_have_to_be,
                                        make_hall, free_hall),
        cmocka_unit_test_setup_teardown(a_refusal_tells_both_readings, make_hall, free_hall),
        cmocka_unit_test_setup_teardown(every_row_stands_under_its_own_price, make_hall, free_hall),
        cmocka_unit_test_setup_teardown(a_row_that_does_not_fit_goes_on_in_the_next_line, make_hall,
                                        free_hall),
        cmocka_unit_test_setup_teardown(names_that_a_terminal_would_obey_are_drawn_as_escapes,
                                        make_hall, free_hall),
        cmocka_unit_test_setup_teardown(changes_are_listed_as_runs_of_one_state, make_hall,
                                        free_hall),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
