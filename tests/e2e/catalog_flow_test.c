/* Dates, halls and seat maps, through the generated client and a real server. */
#include <string.h>

#include "tests/e2e/seat_view.h"

static void the_concerts_are_listed_in_pages(void **state)
{
    struct shop *shop = *state;
    char page_token[256] = "";
    for (uint32_t concert_id = CONCERT; concert_id <= OTHER_CONCERT; concert_id++) {
        Onsale__V1__ListConcertsRequest request = ONSALE__V1__LIST_CONCERTS_REQUEST__INIT;
        Onsale__V1__ListConcertsResponse *response;
        request.page_size = 1;
        request.page_token = page_token;
        assert_int_equal(
            onsale_catalog_list_concerts(shop->channel, &request, NULL, &response, NULL),
            ONSALE_OK);
        assert_int_equal(response->n_concerts, 1);
        assert_int_equal(response->concerts[0]->concert_id, concert_id);
        assert_int_equal(response->next_page_token[0] == '\0', concert_id == OTHER_CONCERT);
        assert_true(strlen(response->next_page_token) < sizeof page_token);
        strcpy(page_token, response->next_page_token);
        onsale__v1__list_concerts_response__free_unpacked(response, NULL);
    }
}

static void a_concert_is_shown_with_its_title(void **state)
{
    struct shop *shop = *state;
    Onsale__V1__GetConcertRequest request = ONSALE__V1__GET_CONCERT_REQUEST__INIT;
    Onsale__V1__GetConcertResponse *response;
    request.concert_id = CONCERT;
    assert_int_equal(onsale_catalog_get_concert(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    assert_string_equal(response->concert->title, "불꽃");
    onsale__v1__get_concert_response__free_unpacked(response, NULL);
    request.concert_id = 99;
    assert_int_equal(onsale_catalog_get_concert(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_CONCERT_NOT_FOUND);
}

static Onsale__V1__ListPerformancesResponse *list_performances(struct buyer *buyer)
{
    Onsale__V1__ListPerformancesRequest request = ONSALE__V1__LIST_PERFORMANCES_REQUEST__INIT;
    Onsale__V1__ListPerformancesResponse *response;
    request.token = token_bytes(&buyer->token);
    assert_int_equal(
        onsale_catalog_list_performances(buyer->shop->channel, &request, NULL, &response, NULL),
        ONSALE_OK);
    return response;
}

static void the_dates_of_the_tokens_concert_tell_what_is_left_of_each_tier(void **state)
{
    struct buyer buyer = buyer_make(*state, 1, 0);
    buyer_hold(&buyer, (uint32_t[]){0, 1, FIRST_CHEAP_SEAT}, 3);
    Onsale__V1__ListPerformancesResponse *response = list_performances(&buyer);
    assert_int_equal(response->n_performances, 3);
    const Onsale__V1__Performance *first = response->performances[0];
    assert_int_equal(first->performance_id, PERFORMANCE);
    assert_int_equal(first->seat_count, HALL_SEATS);
    assert_int_equal(first->n_tiers, 2);
    assert_int_equal(first->tiers[0]->price, PRICE);
    assert_int_equal(first->tiers[0]->remaining, 98);
    assert_int_equal(first->tiers[1]->remaining, 99);
    assert_int_equal(first->tiers[1]->seats, 100);
    assert_int_equal(response->performances[1]->tiers[0]->remaining, 100);
    onsale__v1__list_performances_response__free_unpacked(response, NULL);
}

static void a_layout_is_sent_once(void **state)
{
    struct shop *shop = *state;
    Onsale__V1__GetSeatLayoutRequest request = ONSALE__V1__GET_SEAT_LAYOUT_REQUEST__INIT;
    Onsale__V1__GetSeatLayoutResponse *response;
    request.performance_id = PERFORMANCE;
    assert_int_equal(onsale_catalog_get_seat_layout(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    assert_non_null(response->layout);
    assert_int_equal(response->layout->n_sections, 2);
    assert_string_equal(response->layout->sections[1]->name, "102");
    assert_string_equal(response->layout->sections[1]->rows[1]->name, "B");
    assert_int_equal(response->layout->sections[1]->rows[1]->seat_count, 50);
    request.known_version = response->version;
    onsale__v1__get_seat_layout_response__free_unpacked(response, NULL);

    assert_int_equal(onsale_catalog_get_seat_layout(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_OK);
    assert_null(response->layout);
    onsale__v1__get_seat_layout_response__free_unpacked(response, NULL);
}

static void a_seat_map_is_whole_then_empty_then_what_changed(void **state)
{
    struct buyer buyer = buyer_make(*state, 1, 0);
    struct seat_view view = {0}, fresh = {0};
    assert_true(seat_view_update(&view, &buyer, PERFORMANCE).complete);
    assert_int_equal(view.states[150], SEAT_AVAILABLE);
    assert_int_equal(seat_view_update(&view, &buyer, PERFORMANCE).runs, 0);

    buyer_hold(&buyer, (uint32_t[]){3, 199}, 2);
    struct seat_view_change update = seat_view_update(&view, &buyer, PERFORMANCE);
    assert_false(update.complete);
    assert_true(update.runs > 0);
    assert_int_equal(view.states[3], SEAT_HELD);
    assert_int_equal(view.states[199], SEAT_HELD);
    seat_view_update(&fresh, &buyer, PERFORMANCE);
    assert_memory_equal(view.states, fresh.states, sizeof fresh.states);
}

static void a_seat_map_needs_the_token_of_its_concert(void **state)
{
    struct shop *shop = *state;
    struct buyer buyer = buyer_make(shop, 1, 0);
    Onsale__V1__GetSeatMapRequest request = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    Onsale__V1__GetSeatMapResponse *response;
    request.performance_id = PERFORMANCE;
    assert_int_equal(onsale_catalog_get_seat_map(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_TOKEN_MISSING);
    request.token = token_bytes(&buyer.token);
    request.performance_id = OTHER_PERFORMANCE;
    assert_int_equal(onsale_catalog_get_seat_map(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_TOKEN_OTHER_CONCERT);
    request.performance_id = 99;
    assert_int_equal(onsale_catalog_get_seat_map(shop->channel, &request, NULL, &response, NULL),
                     ONSALE_PERFORMANCE_NOT_FOUND);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(the_concerts_are_listed_in_pages, argv[1]),
        SHOP_TEST(a_concert_is_shown_with_its_title, argv[1]),
        SHOP_TEST(the_dates_of_the_tokens_concert_tell_what_is_left_of_each_tier, argv[1]),
        SHOP_TEST(a_layout_is_sent_once, argv[1]),
        SHOP_TEST(a_seat_map_is_whole_then_empty_then_what_changed, argv[1]),
        SHOP_TEST(a_seat_map_needs_the_token_of_its_concert, argv[1]),
    };
    return cmocka_run_group_tests_name("catalog flow", tests, NULL, NULL);
}
