#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "onsale/v1/admin.methods.h"
#include "tests/unit/shop/shop.h"

#define FORTY_ONE_BYTES "12345678901234567890123456789012345678901"
#define LONG_NAME FORTY_ONE_BYTES FORTY_ONE_BYTES FORTY_ONE_BYTES

static const struct method import = {METHOD_IMPORT_CATALOGUE};

static void no_concert(struct sample *sample)
{
    sample->request.concert = NULL;
}

static void concert_id_zero(struct sample *sample)
{
    sample->concert.concert_id = 0;
}

static void title_empty(struct sample *sample)
{
    sample->concert.title = "";
}

static void artist_long(struct sample *sample)
{
    sample->concert.artist = LONG_NAME;
}

static void venue_long(struct sample *sample)
{
    sample->concert.venue = LONG_NAME;
}

static void no_layouts(struct sample *sample)
{
    sample->request.n_layouts = 0;
}

static void layout_id_zero(struct sample *sample)
{
    sample->layout.layout_id = 0;
}

static void layout_twice(struct sample *sample)
{
    sample->request.n_layouts = 2;
    sample->other_layout.layout_id = LAYOUT;
}

static void no_sections(struct sample *sample)
{
    sample->layout.n_sections = 0;
}

static void section_name_long(struct sample *sample)
{
    sample->sections[1].name = FORTY_ONE_BYTES;
}

static void tier_out_of_range(struct sample *sample)
{
    sample->sections[1].tier_index = TIERS_PER_PERFORMANCE_MAX;
}

static void no_rows(struct sample *sample)
{
    sample->sections[1].n_rows = 0;
}

static void row_name_empty(struct sample *sample)
{
    sample->rows[1].name = "";
}

static void first_number_large(struct sample *sample)
{
    sample->rows[1].first_number = 10000;
}

static void wheelchairs_behind_the_row(struct sample *sample)
{
    sample->rows[1].first_wheelchair_number =
        sample->rows[1].first_number + sample->rows[1].seat_count - 1;
    sample->rows[1].wheelchair_count = 2;
}

static void wheelchairs_of_no_number(struct sample *sample)
{
    sample->rows[1].first_wheelchair_number = sample->rows[1].first_number;
}

static void more_wheelchairs_than_seats(struct sample *sample)
{
    sample->rows[1].wheelchair_count = sample->rows[1].seat_count + 1;
}

static void row_without_seats(struct sample *sample)
{
    sample->rows[1].seat_count = 0;
}

static void row_too_long(struct sample *sample)
{
    sample->rows[2].seat_count = SEATS_PER_ROW_MAX + 1;
}

static void no_performances(struct sample *sample)
{
    sample->request.n_performances = 0;
}

static void performance_id_zero(struct sample *sample)
{
    sample->performances[0].performance_id = 0;
}

static void performance_twice(struct sample *sample)
{
    sample->request.n_performances = 2;
    sample->performances[1].performance_id = SHOW;
}

static void other_concert(struct sample *sample)
{
    sample->performances[0].concert_id = CONCERT + 1;
}

static void layout_elsewhere(struct sample *sample)
{
    sample->performances[0].layout_id = LAYOUT + 1;
}

static void sale_closes_when_it_opens(struct sample *sample)
{
    sample->performances[0].sale_opens_at_ms = 5;
    sample->performances[0].sale_closes_at_ms = 5;
}

static void no_tiers(struct sample *sample)
{
    sample->performances[0].n_tiers = 0;
}

static void tier_of_section_missing(struct sample *sample)
{
    sample->performances[0].n_tiers = 1;
}

static void tier_name_long(struct sample *sample)
{
    sample->tiers[1].name = FORTY_ONE_BYTES;
}

static void price_negative(struct sample *sample)
{
    sample->tiers[1].price = -1;
}

static void title_with_escape(struct sample *sample)
{
    sample->concert.title = "a\033[2Jb\nconcert 999 FREE\tx";
}

static void title_of_blanks(struct sample *sample)
{
    sample->concert.title = " ";
}

static void title_not_utf8(struct sample *sample)
{
    sample->concert.title = "\xff";
}

static void artist_with_newline(struct sample *sample)
{
    sample->concert.artist = "a\nb";
}

static void venue_with_direction(struct sample *sample)
{
    sample->concert.venue = "a\u202eb";
}

static void section_name_with_delete(struct sample *sample)
{
    sample->sections[1].name = "a\x7f";
}

static void section_name_with_blank_end(struct sample *sample)
{
    sample->sections[1].name = "102 ";
}

static void row_name_unseen(struct sample *sample)
{
    sample->rows[1].name = "B\u200b";
}

static void tier_name_with_line_break(struct sample *sample)
{
    sample->tiers[1].name = "a\u2028b";
}

static void starts_before_1970(struct sample *sample)
{
    sample->performances[0].starts_at_ms = -1;
}

static void currency_small(struct sample *sample)
{
    sample->performances[0].currency = "krw";
}

static void currency_long(struct sample *sample)
{
    sample->performances[0].currency = "KRWX";
}

static void sale_opens_before_1970(struct sample *sample)
{
    sample->performances[0].sale_opens_at_ms = INT64_MIN;
}

static const struct {
    void (*spoil)(struct sample *sample);
    const char *field;
} refusals[] = {
    {no_concert, "concert"},
    {concert_id_zero, "concert.concert_id"},
    {title_empty, "concert.title"},
    {artist_long, "concert.artist"},
    {venue_long, "concert.venue"},
    {no_layouts, "layouts"},
    {layout_id_zero, "layouts[0].layout_id"},
    {layout_twice, "layouts[1].layout_id"},
    {no_sections, "layouts[0].sections"},
    {section_name_long, "layouts[0].sections[1].name"},
    {tier_out_of_range, "layouts[0].sections[1].tier_index"},
    {no_rows, "layouts[0].sections[1].rows"},
    {row_name_empty, "layouts[0].sections[0].rows[1].name"},
    {first_number_large, "layouts[0].sections[0].rows[1].first_number"},
    {wheelchairs_behind_the_row, "layouts[0].sections[0].rows[1].first_wheelchair_number"},
    {wheelchairs_of_no_number, "layouts[0].sections[0].rows[1].first_wheelchair_number"},
    {more_wheelchairs_than_seats, "layouts[0].sections[0].rows[1].wheelchair_count"},
    {row_without_seats, "layouts[0].sections[0].rows[1].seat_count"},
    {row_too_long, "layouts[0].sections[1].rows[0].seat_count"},
    {no_performances, "performances"},
    {performance_id_zero, "performances[0].performance_id"},
    {performance_twice, "performances[1].performance_id"},
    {other_concert, "performances[0].concert_id"},
    {layout_elsewhere, "performances[0].layout_id"},
    {sale_closes_when_it_opens, "performances[0].sale_closes_at_ms"},
    {no_tiers, "performances[0].tiers"},
    {tier_of_section_missing, "performances[0].tiers"},
    {tier_name_long, "performances[0].tiers[1].name"},
    {price_negative, "performances[0].tiers[1].price"},
    {title_with_escape, "concert.title"},
    {title_of_blanks, "concert.title"},
    {title_not_utf8, "concert.title"},
    {artist_with_newline, "concert.artist"},
    {venue_with_direction, "concert.venue"},
    {section_name_with_delete, "layouts[0].sections[1].name"},
    {section_name_with_blank_end, "layouts[0].sections[1].name"},
    {row_name_unseen, "layouts[0].sections[0].rows[1].name"},
    {tier_name_with_line_break, "performances[0].tiers[1].name"},
    {starts_before_1970, "performances[0].starts_at_ms"},
    {sale_opens_before_1970, "performances[0].sale_opens_at_ms"},
    {currency_small, "performances[0].currency"},
    {currency_long, "performances[0].currency"},
};

static enum status import_sample(struct shop *shop, struct sample *sample,
                                 Onsale__V1__ImportCatalogueResponse *response)
{
    return shop_call(shop, &import, &sample->request, response);
}

static void a_field_that_is_wrong_is_named_and_nothing_is_imported(void **state)
{
    struct shop shop;
    struct sample sample;
    Onsale__V1__ImportCatalogueResponse response;
    (void)state;
    shop_open(&shop);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        sample_init(&sample);
        refusals[i].spoil(&sample);
        assert_int_equal(import_sample(&shop, &sample, &response), STATUS_ARGUMENT_INVALID);
        assert_string_equal(shop_bad_field(&shop), refusals[i].field);
    }
    assert_int_equal(shop_check(&shop).events_checked, 0);
    shop_close(&shop);
}

static void a_hall_with_too_many_seats_is_refused(void **state)
{
    enum { ROWS = 100, SECTIONS = 3 }; /* of 1,000 seats: three hundred thousand in all */
    Onsale__V1__Row *rows[ROWS];
    Onsale__V1__Section *sections[SECTIONS];
    struct shop shop;
    struct sample sample;
    Onsale__V1__ImportCatalogueResponse response;
    (void)state;
    shop_open(&shop);
    sample_init(&sample);
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = &sample.rows[0];
    for (size_t i = 0; i < SECTIONS; i++)
        sections[i] = &sample.sections[0];
    sample.rows[0].seat_count = SEATS_PER_ROW_MAX;
    sample.sections[0].rows = rows;
    sample.sections[0].n_rows = ROWS;
    sample.layout.sections = sections;
    sample.layout.n_sections = SECTIONS;
    assert_int_equal(import_sample(&shop, &sample, &response), STATUS_ARGUMENT_INVALID);
    assert_string_equal(shop_bad_field(&shop), "layouts[0].sections");
    shop_close(&shop);
}

static void more_seats_than_an_import_may_bring_are_refused(void **state)
{
    enum { ROWS = 200, SHOWS = 3 }; /* of two hundred thousand seats each */
    static char names[ROWS][8];
    Onsale__V1__Row rows[ROWS];
    Onsale__V1__Row *row_list[ROWS];
    Onsale__V1__Performance performances[SHOWS];
    Onsale__V1__Performance *performance_list[SHOWS];
    struct shop shop;
    struct sample sample;
    Onsale__V1__ImportCatalogueResponse response;
    (void)state;
    shop_open(&shop);
    sample_init(&sample);
    for (size_t i = 0; i < ROWS; i++) {
        snprintf(names[i], sizeof names[i], "%zu", i);
        rows[i] = sample.rows[0];
        rows[i].name = names[i];
        rows[i].seat_count = SEATS_PER_ROW_MAX;
        row_list[i] = &rows[i];
    }
    for (size_t i = 0; i < SHOWS; i++) {
        performances[i] = sample.performances[0];
        performances[i].performance_id += (uint32_t)i;
        performance_list[i] = &performances[i];
    }
    sample.sections[0].rows = row_list;
    sample.sections[0].n_rows = ROWS;
    sample.layout.n_sections = 1;
    sample.request.performances = performance_list;
    sample.request.n_performances = SHOWS;
    assert_int_equal(import_sample(&shop, &sample, &response), STATUS_ARGUMENT_INVALID);
    assert_string_equal(shop_bad_field(&shop), "performances");
    shop_close(&shop);
}

static void importing_the_same_again_changes_nothing(void **state)
{
    struct shop shop;
    struct sample sample;
    Onsale__V1__ImportCatalogueResponse response;
    (void)state;
    shop_open(&shop);
    sample_init(&sample);
    assert_int_equal(import_sample(&shop, &sample, &response), STATUS_OK);
    assert_int_equal(response.performances_created, 1);
    assert_int_equal(response.seats_created, SHOW_SEATS);
    sample.performances[0].currency = "KRW"; /* that is what none means */
    assert_int_equal(import_sample(&shop, &sample, &response), STATUS_OK);
    assert_int_equal(response.performances_created, 0);
    assert_int_equal(response.seats_created, 0);
    assert_int_equal(shop_check(&shop).events_checked, 1);
    shop_close(&shop);
}

static void a_performance_can_be_added_to_a_concert(void **state)
{
    struct shop shop;
    struct sample sample;
    Onsale__V1__ImportCatalogueResponse response;
    (void)state;
    shop_open(&shop);
    shop_stock(&shop);
    sample_init(&sample);
    sample.request.n_performances = 2;
    assert_int_equal(import_sample(&shop, &sample, &response), STATUS_OK);
    assert_int_equal(response.performances_created, 1);
    assert_int_equal(shop_check(&shop).seats_checked, 2 * SHOW_SEATS);
    assert_int_equal(shop_check(&shop).violations_count, 0);
    shop_close(&shop);
}

static void expect_conflict(struct shop *shop, struct sample *sample, const char *field)
{
    Onsale__V1__ImportCatalogueResponse response;
    assert_int_equal(import_sample(shop, sample, &response), STATUS_CATALOGUE_CONFLICT);
    assert_string_equal(shop_bad_field(shop), field);
    sample_init(sample);
}

static void an_id_that_is_there_with_other_content_is_refused_and_named(void **state)
{
    struct shop shop;
    struct sample sample;
    (void)state;
    shop_open(&shop);
    shop_stock(&shop);
    sample_init(&sample);
    sample.concert.venue = "elsewhere";
    expect_conflict(&shop, &sample, "concert");
    sample.rows[1].first_number = 2;
    expect_conflict(&shop, &sample, "layouts[0]");
    sample.rows[0].first_wheelchair_number = sample.rows[0].first_number;
    sample.rows[0].wheelchair_count = 1;
    expect_conflict(&shop, &sample, "layouts[0]");
    sample.sections[1].tier_index = 0;
    expect_conflict(&shop, &sample, "layouts[0]");
    sample.layout.n_sections = 1;
    expect_conflict(&shop, &sample, "layouts[0]");
    sample.tiers[0].price = 151;
    expect_conflict(&shop, &sample, "performances[0]");
    sample.performances[0].starts_at_ms = 1;
    expect_conflict(&shop, &sample, "performances[0]");
    sample.performances[0].currency = "EUR";
    expect_conflict(&shop, &sample, "performances[0]");
    shop_close(&shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_that_is_wrong_is_named_and_nothing_is_imported),
        cmocka_unit_test(a_hall_with_too_many_seats_is_refused),
        cmocka_unit_test(more_seats_than_an_import_may_bring_are_refused),
        cmocka_unit_test(importing_the_same_again_changes_nothing),
        cmocka_unit_test(a_performance_can_be_added_to_a_concert),
        cmocka_unit_test(an_id_that_is_there_with_other_content_is_refused_and_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
