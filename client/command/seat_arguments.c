#include "client/command/seat_arguments.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "client/command/failure.h"
#include "client/command/seats.h"

/* An index needs no hall. What is too large for one is out of every hall's range. */
static bool index_parse(const char *text, uint32_t *ret_seat_index)
{
    if (text[strspn(text, "0123456789")] != '\0') return false;
    unsigned long long number = strtoull(text, NULL, 10);
    *ret_seat_index = number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
    return true;
}

static bool all_are_indexes(const struct arguments *arguments)
{
    uint32_t seat_index;
    for (size_t i = 0; i < arguments->repeated_count; i++)
        if (!index_parse(arguments->repeated[i], &seat_index)) return false;
    return true;
}

static enum onsale_status look_up(struct run *run, const Onsale__V1__SeatLayout *layout,
                                  struct seat_list *seats)
{
    for (size_t i = 0; i < seats->count; i++) {
        const char *text = run->arguments.repeated[i];
        bool found = layout == NULL ? index_parse(text, &seats->seat_indexes[i])
                                    : layout_find_seat(layout, text, &seats->seat_indexes[i]);
        if (!found) {
            failure_make(&run->error, ONSALE_SEAT_OUT_OF_RANGE, "the hall has no seat %.60s", text);
            return ONSALE_SEAT_OUT_OF_RANGE;
        }
    }
    return ONSALE_OK;
}

static enum onsale_status look_up_in_hall(struct run *run, struct seat_list *seats)
{
    Onsale__V1__GetSeatLayoutRequest request = ONSALE__V1__GET_SEAT_LAYOUT_REQUEST__INIT;
    Onsale__V1__GetSeatLayoutResponse *response;
    request.performance_id = (uint32_t)run_number(run, &parameter_performance);
    enum onsale_status status =
        onsale_catalog_get_seat_layout(run->channel, &request, NULL, &response, &run->error);
    if (status != ONSALE_OK) return status;
    status = look_up(run, response->layout, seats);
    protobuf_c_message_free_unpacked(&response->base, NULL);
    return status;
}

enum onsale_status seat_list_read(struct run *run, struct seat_list *ret_seats)
{
    size_t count = run->arguments.repeated_count;
    struct seat_list seats = {calloc(count, sizeof(uint32_t)), count};
    REQUIRE(seats.seat_indexes != NULL);
    enum onsale_status status = all_are_indexes(&run->arguments) ? look_up(run, NULL, &seats)
                                                                 : look_up_in_hall(run, &seats);
    if (status == ONSALE_OK)
        *ret_seats = seats;
    else
        seat_list_deinit(&seats);
    return status;
}

void seat_list_deinit(struct seat_list *seats)
{
    free(seats->seat_indexes);
}
