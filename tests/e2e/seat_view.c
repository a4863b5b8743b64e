#include "tests/e2e/seat_view.h"

static void put_over(struct seat_view *view, const Onsale__V1__SeatRun *run)
{
    assert_true(run->first_seat_index + run->seat_count <= HALL_SEATS);
    assert_int_equal(run->states.len, (run->seat_count + 3) / 4);
    for (uint32_t i = 0; i < run->seat_count; i++)
        view->states[run->first_seat_index + i] = run->states.data[i / 4] >> (2 * (i % 4)) & 3;
}

struct seat_view_change seat_view_update(struct seat_view *view, struct buyer *buyer,
                                         uint32_t performance_id)
{
    Onsale__V1__GetSeatMapRequest request = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    Onsale__V1__GetSeatMapResponse *response;
    request.token = token_bytes(&buyer->token);
    request.performance_id = performance_id;
    request.known_version = view->version;
    assert_int_equal(
        onsale_catalog_get_seat_map(buyer->shop->channel, &request, NULL, &response, NULL),
        ONSALE_OK);
    assert_int_equal(response->seat_count, HALL_SEATS);
    struct seat_view_change update = {.complete = response->complete, .runs = response->n_runs};
    view->version = response->version;
    for (size_t i = 0; i < response->n_runs; i++)
        put_over(view, response->runs[i]);
    onsale__v1__get_seat_map_response__free_unpacked(response, NULL);
    return update;
}

uint8_t seat_state_now(struct buyer *buyer, uint32_t seat_index)
{
    struct seat_view view = {0};
    seat_view_update(&view, buyer, PERFORMANCE);
    return view.states[seat_index];
}
