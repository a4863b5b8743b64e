/* No two seats of a hall are called the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "onsale/v1/admin.methods.h"
#include "onsale/v1/catalog.methods.h"
#include "tests/unit/shop/shop.h"

static const struct method import = {METHOD_IMPORT_CATALOGUE};

/* The sample has a section with rows 0 and 1, and one with row 2. */
struct hall {
    const char *section_names[2];
    const char *row_names[3];
    uint32_t first_numbers[3];
    uint32_t seat_counts[3];
};

static enum status import_hall(struct shop *shop, const struct hall *hall)
{
    struct sample sample;
    Onsale__V1__ImportCatalogueResponse response;
    sample_init(&sample);
    for (size_t i = 0; i < 2; i++)
        sample.sections[i].name = (char *)hall->section_names[i];
    for (size_t i = 0; i < 3; i++) {
        sample.rows[i].name = (char *)hall->row_names[i];
        sample.rows[i].first_number = hall->first_numbers[i];
        sample.rows[i].seat_count = hall->seat_counts[i];
    }
    return shop_call(shop, &import, &sample.request, &response);
}

/* @param expected  The message. */
static void assert_refused(const struct hall *hall, const char *expected)
{
    struct shop shop;
    shop_open(&shop);
    assert_int_equal(import_hall(&shop, hall), STATUS_ARGUMENT_INVALID);
    assert_string_equal(shop.rpc.message, expected);
    assert_int_equal(shop_check(&shop).events_checked, 0);
    shop_close(&shop);
}

static void assert_taken(const struct hall *hall)
{
    struct shop shop;
    shop_open(&shop);
    assert_int_equal(import_hall(&shop, hall), STATUS_OK);
    assert_int_equal(shop_check(&shop).violations_count, 0);
    shop_close(&shop);
}

static void a_row_that_is_told_twice_is_refused_with_both_places(void **state)
{
    (void)state;
    struct hall hall = {{"A", "B"}, {"1", "1", "1"}, {1, 1, 1}, {3, 3, 3}};
    assert_refused(&hall, "layouts[0].sections[0].rows[1]: has a seat A-1-1, which "
                          "layouts[0].sections[0].rows[0] has too");
}

static void a_section_that_is_told_twice_is_refused_with_both_places(void **state)
{
    (void)state;
    struct hall hall = {{"A", "A"}, {"1", "2", "2"}, {1, 1, 1}, {3, 3, 3}};
    assert_refused(&hall, "layouts[0].sections[1].rows[0]: has a seat A-2-1, which "
                          "layouts[0].sections[0].rows[1] has too");
}

static void rows_of_one_name_must_not_share_a_number(void **state)
{
    (void)state;
    struct hall hall = {{"A", "B"}, {"1", "1", "1"}, {7, 1, 1}, {3, 7, 1}};
    assert_refused(&hall, "layouts[0].sections[0].rows[1]: has a seat A-1-7, which "
                          "layouts[0].sections[0].rows[0] has too");
    hall.seat_counts[1] = 6;
    assert_taken(&hall);
    hall.first_numbers[1] = 10;
    assert_taken(&hall);
}

static void a_row_within_another_is_found_behind_a_third(void **state)
{
    (void)state;
    struct hall hall = {{"A", "A"}, {"1", "1", "1"}, {1, 20, 5}, {9, 2, 2}};
    assert_refused(&hall, "layouts[0].sections[1].rows[0]: has a seat A-1-5, which "
                          "layouts[0].sections[0].rows[0] has too");
}

static void a_section_of_two_prices_is_two_sections_of_one_name(void **state)
{
    (void)state;
    struct hall hall = {{"A", "A"}, {"1", "2", "3"}, {1, 1, 1}, {8, 8, 8}};
    assert_taken(&hall);
}

static void names_that_are_typed_the_same_are_the_same(void **state)
{
    (void)state;
    struct hall hall = {{"A", "A-1"}, {"9", "1-2", "2"}, {1, 1, 3}, {3, 3, 3}};
    assert_refused(&hall, "layouts[0].sections[1].rows[0]: has a seat A-1-2-3, which "
                          "layouts[0].sections[0].rows[1] has too");
    hall.first_numbers[2] = 4;
    assert_taken(&hall);
}

static void it_does_not_matter_how_a_name_is_put_together(void **state)
{
    (void)state;
    struct hall hall = {{"가", "\u1100\u1161"}, {"1", "2", "2"}, {1, 1, 1}, {3, 3, 3}};
    assert_refused(&hall, "layouts[0].sections[1].rows[0]: has a seat \u1100\u1161-2-1, which "
                          "layouts[0].sections[0].rows[1] has too");
    hall = (struct hall){{"A", "Ａ"}, {"1", "2", "１"}, {1, 1, 1}, {3, 3, 3}};
    assert_refused(&hall, "layouts[0].sections[1].rows[0]: has a seat Ａ-１-1, which "
                          "layouts[0].sections[0].rows[0] has too");
    hall = (struct hall){{"A\u2010", "A-"}, {"1", "2", "1"}, {1, 1, 1}, {3, 3, 3}};
    assert_refused(&hall, "layouts[0].sections[1].rows[0]: has a seat A--1-1, which "
                          "layouts[0].sections[0].rows[0] has too");
}

static void capital_and_small_letters_are_different_names(void **state)
{
    (void)state;
    struct hall hall = {{"A", "a"}, {"1", "2", "1"}, {1, 1, 1}, {3, 3, 3}};
    assert_taken(&hall);
}

/* Names that grow to many times their size when they are compared. */
static void a_hall_as_large_as_there_may_be_is_compared(void **state)
{
    enum { ROWS = 1000, SECTIONS = 10 };
    static char row_names[ROWS][12], section_names[SECTIONS][NAME_BYTES_MAX + 1];
    static Onsale__V1__Row rows[ROWS];
    static Onsale__V1__Row *row_list[ROWS];
    static Onsale__V1__Section sections[SECTIONS];
    Onsale__V1__Section *section_list[SECTIONS];
    struct shop shop;
    struct sample sample;
    Onsale__V1__ImportCatalogueResponse response;
    (void)state;
    sample_init(&sample);
    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = sample.rows[0];
        rows[i].name = row_names[i];
        rows[i].seat_count = 1;
        snprintf(row_names[i], sizeof row_names[i], "\ufdfa%zu", i);
        row_list[i] = &rows[i];
    }
    for (size_t i = 0; i < SECTIONS; i++) {
        sections[i] = sample.sections[0];
        sections[i].name = section_names[i];
        sections[i].rows = row_list;
        sections[i].n_rows = ROWS;
        for (size_t j = 0; j < 10; j++)
            memcpy(section_names[i] + 3 * j, "\ufdfa", sizeof "\ufdfa");
        snprintf(section_names[i] + 30, 4, "%zu", i);
        section_list[i] = &sections[i];
    }
    sample.layout.sections = section_list;
    sample.layout.n_sections = SECTIONS;
    shop_open(&shop);
    strcpy(section_names[SECTIONS - 1], section_names[0]);
    assert_int_equal(shop_call(&shop, &import, &sample.request, &response),
                     STATUS_ARGUMENT_INVALID);
    assert_string_equal(shop_bad_field(&shop), "layouts[0].sections[9].rows[0]");
    snprintf(section_names[SECTIONS - 1] + 30, 4, "%d", SECTIONS);
    assert_int_equal(shop_call(&shop, &import, &sample.request, &response), STATUS_OK);
    assert_int_equal(response.seats_created, ROWS * SECTIONS);
    shop_close(&shop);
}

static void a_catalogue_put_together_otherwise_is_the_same_catalogue(void **state)
{
    struct shop shop;
    struct sample sample;
    Onsale__V1__ImportCatalogueResponse response;
    (void)state;
    shop_open(&shop);
    sample_init(&sample);
    sample.concert.title = "가";
    sample.sections[0].name = "나";
    sample.tiers[0].name = "다";
    assert_int_equal(shop_call(&shop, &import, &sample.request, &response), STATUS_OK);
    sample.concert.title = "\u1100\u1161";
    sample.sections[0].name = "\u1102\u1161";
    sample.tiers[0].name = "\u1103\u1161";
    assert_int_equal(shop_call(&shop, &import, &sample.request, &response), STATUS_OK);
    assert_int_equal(response.performances_created, 0);
    assert_int_equal(shop_check(&shop).events_checked, 1);
    shop_close(&shop);
}

/* As servers before 0.2 took them: two rows of one name, and a title that clears the screen. */
static void put_an_old_catalogue(struct store_txn *txn)
{
    struct concert concert;
    struct layout_row row;
    assert_true(concert_get(txn, CONCERT, &concert));
    strcpy(concert.title, "a\033[2J\nb");
    concert_put(txn, &concert);
    assert_true(layout_row_from(txn, LAYOUT, 1, &row));
    strcpy(row.row, "A");
    layout_row_put(txn, &row);
}

static void what_an_old_server_took_is_served_as_it_is(void **state)
{
    static const struct method get_concert_method = {METHOD_GET_CONCERT};
    static const struct method get_layout_method = {METHOD_GET_SEAT_LAYOUT};
    struct shop shop;
    Onsale__V1__GetConcertRequest concert = ONSALE__V1__GET_CONCERT_REQUEST__INIT;
    Onsale__V1__GetConcertResponse concert_response;
    Onsale__V1__GetSeatLayoutRequest layout = ONSALE__V1__GET_SEAT_LAYOUT_REQUEST__INIT;
    Onsale__V1__GetSeatLayoutResponse layout_response;
    (void)state;
    shop_open(&shop);
    shop_stock(&shop);
    shop_edit(&shop, put_an_old_catalogue);
    concert.concert_id = CONCERT;
    assert_int_equal(shop_call(&shop, &get_concert_method, &concert, &concert_response), STATUS_OK);
    assert_string_equal(concert_response.concert->title, "a\033[2J\nb");
    layout.performance_id = SHOW;
    assert_int_equal(shop_call(&shop, &get_layout_method, &layout, &layout_response), STATUS_OK);
    assert_string_equal(layout_response.layout->sections[0]->rows[0]->name, "A");
    assert_string_equal(layout_response.layout->sections[0]->rows[1]->name, "A");
    shop_hold(&shop, 1);
    assert_int_equal(shop_check(&shop).violations_count, 0);
    shop_close(&shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_that_is_told_twice_is_refused_with_both_places),
        cmocka_unit_test(a_section_that_is_told_twice_is_refused_with_both_places),
        cmocka_unit_test(rows_of_one_name_must_not_share_a_number),
        cmocka_unit_test(a_row_within_another_is_found_behind_a_third),
        cmocka_unit_test(a_section_of_two_prices_is_two_sections_of_one_name),
        cmocka_unit_test(names_that_are_typed_the_same_are_the_same),
        cmocka_unit_test(it_does_not_matter_how_a_name_is_put_together),
        cmocka_unit_test(capital_and_small_letters_are_different_names),
        cmocka_unit_test(a_hall_as_large_as_there_may_be_is_compared),
        cmocka_unit_test(a_catalogue_put_together_otherwise_is_the_same_catalogue),
        cmocka_unit_test(what_an_old_server_took_is_served_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
