#include "client/command/seat_arguments.h"

#include <stdlib.h>
#include <string.h>

#include "client/command/failure.h"
#include "client/command/message.h"
#include "text/name.h"

/* An index needs no hall. What is too large for one is out of every hall's range. */
static bool index_parse(const char *text, uint32_t *ret_seat_index)
{
    if (text[strspn(text, "0123456789")] != '\0') return false;
    unsigned long long number = strtoull(text, NULL, 10);
    *ret_seat_index = number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
    return true;
}

static enum onsale_status no_such_seat(struct run *run, const char *text)
{
    failure_make(&run->error, ONSALE_SEAT_OUT_OF_RANGE, "the hall has no seat %.*s",
                 text_head(text, 60), text);
    return ONSALE_SEAT_OUT_OF_RANGE;
}

static enum onsale_status several_seats(struct run *run, const char *text, size_t count,
                                        const struct seat_reading readings[2])
{
    const struct row_walk *one = &readings[0].row, *other = &readings[1].row;
    failure_make(&run->error, ONSALE_ARGUMENT_INVALID,
                 "%.*s means %zu seats: %u is in section %s, row %s, and %u in section %s, row %s; "
                 "give one of these indexes",
                 text_head(text, 60), text, count, readings[0].seat_index, one->section->name,
                 one->row->name, readings[1].seat_index, other->section->name, other->row->name);
    return ONSALE_ARGUMENT_INVALID;
}

enum onsale_status seat_find(struct run *run, const Onsale__V1__SeatLayout *layout,
                             const char *text, struct seat_reading *ret_seat)
{
    struct seat_reading readings[2];
    size_t count = layout_find_seat(layout, text, readings);
    if (count == 0) return no_such_seat(run, text);
    if (count > 1) return several_seats(run, text, count, readings);
    *ret_seat = readings[0];
    return ONSALE_OK;
}

enum onsale_status hall_get(struct run *run, uint32_t performance_id,
                            Onsale__V1__GetSeatLayoutResponse **ret_hall)
{
    Onsale__V1__GetSeatLayoutRequest request = ONSALE__V1__GET_SEAT_LAYOUT_REQUEST__INIT;
    request.performance_id = performance_id;
    return onsale_catalog_get_seat_layout(run->channel, &request, NULL, ret_hall, &run->error);
}

static enum onsale_status look_up_in_hall(struct run *run, uint32_t *ret_seat_indexes)
{
    Onsale__V1__GetSeatLayoutResponse *response;
    uint64_t performance_id = arguments_number(&run->arguments, PARAMETER_PERFORMANCE, 0);
    enum onsale_status status = hall_get(run, (uint32_t)performance_id, &response);
    if (status != ONSALE_OK) return status;
    for (size_t i = 0; i < run->arguments.repeated_count && status == ONSALE_OK; i++) {
        struct seat_reading seat;
        status = seat_find(run, response->layout, run->arguments.repeated[i], &seat);
        if (status == ONSALE_OK) ret_seat_indexes[i] = seat.seat_index;
    }
    protobuf_c_message_free_unpacked(&response->base, NULL);
    return status;
}

enum onsale_status fill_seats(struct run *run, ProtobufCMessage *request)
{
    size_t count = run->arguments.repeated_count, read = 0;
    uint32_t *seat_indexes = run_alloc(run, count, sizeof *seat_indexes);
    while (read < count && index_parse(run->arguments.repeated[read], &seat_indexes[read]))
        read++;
    enum onsale_status status = read == count ? ONSALE_OK : look_up_in_hall(run, seat_indexes);
    if (status == ONSALE_OK) message_set_list(request, "seat_indexes", seat_indexes, count);
    return status;
}
