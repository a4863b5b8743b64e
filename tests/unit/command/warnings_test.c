/* What is odd in a catalogue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/warnings.h"

enum { ROWS = 4, NOW = 1000000 };

/* One hall of two sections of two rows, one performance of two tiers. */
static Onsale__V1__Row rows[ROWS];
static Onsale__V1__Row *row_list[ROWS];
static Onsale__V1__Section sections[2];
static Onsale__V1__Section *section_list[] = {&sections[0], &sections[1]};
static Onsale__V1__SeatLayout layouts[2];
static Onsale__V1__SeatLayout *layout_list[] = {&layouts[0], &layouts[1]};
static Onsale__V1__PriceTier tiers[2];
static Onsale__V1__PriceTier *tier_list[] = {&tiers[0], &tiers[1]};
static Onsale__V1__Performance performance;
static Onsale__V1__Performance *performance_list[] = {&performance};
static Onsale__V1__ImportCatalogueRequest request;

static int make_request(void **state)
{
    static char *const names[ROWS] = {"A", "B", "A", "B"};
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        onsale__v1__row__init(&rows[i]);
        rows[i].name = names[i];
        rows[i].first_number = 1;
        rows[i].seat_count = 10;
        row_list[i] = &rows[i];
    }
    for (size_t i = 0; i < 2; i++) {
        onsale__v1__section__init(&sections[i]);
        sections[i].name = (char *)(i == 0 ? "west" : "east");
        sections[i].tier_index = (uint32_t)i;
        sections[i].rows = row_list + 2 * i;
        sections[i].n_rows = 2;
        onsale__v1__seat_layout__init(&layouts[i]);
        layouts[i].layout_id = (uint32_t)i + 1;
        layouts[i].sections = section_list;
        layouts[i].n_sections = 2;
        onsale__v1__price_tier__init(&tiers[i]);
        tiers[i].name = (char *)(i == 0 ? "R" : "S");
    }
    onsale__v1__performance__init(&performance);
    performance.layout_id = 1;
    performance.starts_at_ms = performance.sale_closes_at_ms = NOW + 1;
    performance.tiers = tier_list;
    performance.n_tiers = 2;
    onsale__v1__import_catalogue_request__init(&request);
    request.layouts = layout_list;
    request.n_layouts = 1;
    request.performances = performance_list;
    request.n_performances = 1;
    return 0;
}

static void note(const char *warning, void *context)
{
    fprintf(context, "%s\n", warning);
}

static void assert_warns(const char *expected)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    catalogue_warn(&request, NOW, note, out);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void a_catalogue_without_oddities_has_no_warning(void **state)
{
    (void)state;
    assert_warns("");
}

static void a_show_that_is_over_is_odd(void **state)
{
    (void)state;
    performance.starts_at_ms = performance.sale_closes_at_ms = NOW;
    assert_warns("performances[0]: the show is in the past: it began Thu 1970-01-01 00:16\n"
                 "performances[0]: the sale is over: it closed Thu 1970-01-01 00:16\n");
}

static void a_sale_that_outlives_the_beginning_is_odd(void **state)
{
    (void)state;
    performance.sale_closes_at_ms++;
    assert_warns("performances[0]: the sale closes after the show begins\n");
}

static void a_tier_without_seats_is_odd(void **state)
{
    (void)state;
    sections[1].tier_index = 0;
    assert_warns("performances[0].tiers[1]: no seat has the tier S\n");
}

static void a_hall_without_a_performance_is_odd(void **state)
{
    (void)state;
    request.n_layouts = 2;
    assert_warns("layouts[1]: no performance is in this hall\n");
}

static void seats_that_capitals_tell_apart_are_odd(void **state)
{
    (void)state;
    sections[0].name = (char *)"East";
    assert_warns("layouts[0]: only capital letters tell the seats East-A-1 and east-A-1 apart\n");
    rows[0].first_number = 11;
    rows[1].first_number = 9;
    assert_warns("layouts[0]: only capital letters tell the seats east-B-9 and East-B-9 apart\n");
    rows[1].first_number = 11;
    assert_warns("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_catalogue_without_oddities_has_no_warning, make_request),
        cmocka_unit_test_setup(a_show_that_is_over_is_odd, make_request),
        cmocka_unit_test_setup(a_sale_that_outlives_the_beginning_is_odd, make_request),
        cmocka_unit_test_setup(a_tier_without_seats_is_odd, make_request),
        cmocka_unit_test_setup(a_hall_without_a_performance_is_odd, make_request),
        cmocka_unit_test_setup(seats_that_capitals_tell_apart_are_odd, make_request),
    };
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
