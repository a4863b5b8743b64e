#include "client/demo/free_seats.h"

#include "base/require.h"
#include "client/command/hall.h"

static enum onsale_status get_layout(struct buyer *buyer,
                                     Onsale__V1__GetSeatLayoutResponse **ret_response)
{
    Onsale__V1__GetSeatLayoutRequest request = ONSALE__V1__GET_SEAT_LAYOUT_REQUEST__INIT;
    request.performance_id = buyer->shop->performance_id;
    int64_t began_us = tally_clock_us();
    enum onsale_status status = onsale_catalog_get_seat_layout(buyer->shop->channel, &request, NULL,
                                                               ret_response, &buyer->error);
    tally_add(&buyer->shop->tally, began_us, status);
    return status;
}

static enum onsale_status get_map(struct buyer *buyer,
                                  Onsale__V1__GetSeatMapResponse **ret_response)
{
    Onsale__V1__GetSeatMapRequest request = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    request.token = (ProtobufCBinaryData){.len = ONSALE_TOKEN_BYTES, .data = buyer->token};
    request.performance_id = buyer->shop->performance_id;
    int64_t began_us = tally_clock_us();
    enum onsale_status status = onsale_catalog_get_seat_map(buyer->shop->channel, &request, NULL,
                                                            ret_response, &buyer->error);
    tally_add(&buyer->shop->tally, began_us, status);
    return status;
}

static bool pair_in_row(const struct hall *hall, const struct row_walk *walk,
                        struct seat_pair *ret_pair)
{
    for (uint32_t i = walk->first_seat_index; i + 1 < walk->next_seat_index; i++) {
        if (hall->states[i] != ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE) continue;
        if (hall->states[i + 1] != ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE) continue;
        *ret_pair = (struct seat_pair){i, {seat_name_of(walk, i), seat_name_of(walk, i + 1)}};
        return true;
    }
    return false;
}

static enum onsale_status pick_pair(const Onsale__V1__SeatLayout *layout,
                                    const Onsale__V1__GetSeatMapResponse *map,
                                    struct seat_pair *ret_pair)
{
    struct hall hall;
    struct row_walk walk = {0};
    bool found = false;
    hall_init(&hall, layout, NULL);
    REQUIRE(hall_apply(&hall, map));
    while (!found && row_walk_step(layout, &walk))
        found = pair_in_row(&hall, &walk, ret_pair);
    hall_deinit(&hall);
    return found ? ONSALE_OK : ONSALE_SEAT_TAKEN;
}

enum onsale_status free_pair_find(struct buyer *buyer, struct seat_pair *ret_pair)
{
    Onsale__V1__GetSeatLayoutResponse *layout = NULL;
    Onsale__V1__GetSeatMapResponse *map = NULL;
    enum onsale_status status = get_layout(buyer, &layout);
    if (status == ONSALE_OK) status = get_map(buyer, &map);
    if (status == ONSALE_OK) status = pick_pair(layout->layout, map, ret_pair);
    protobuf_c_message_free_unpacked((ProtobufCMessage *)layout, NULL);
    protobuf_c_message_free_unpacked((ProtobufCMessage *)map, NULL);
    return status;
}
