#include "client/command/seat_arguments.h"

#include <stdlib.h>
#include <string.h>

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

static bool refuse_several(struct run *run, const char *text, size_t count,
                           const struct seat_reading readings[2])
{
    const struct row_walk *one = &readings[0].row, *other = &readings[1].row;
    return run_fail(
        run, ONSALE_ARGUMENT_INVALID,
        "%.*s means %zu seats: %u is in section %s, row %s, and %u in section %s, row %s; "
        "give one of these indexes",
        text_head(text, 60), text, count, readings[0].seat_index, one->section->name,
        one->row->name, readings[1].seat_index, other->section->name, other->row->name);
}

bool seat_find(struct run *run, const Onsale__V1__SeatLayout *layout, const char *text,
               struct seat_reading *ret_seat)
{
    struct seat_reading readings[2];
    size_t count = layout_find_seat(layout, text, readings);
    if (count == 0)
        return run_fail(run, ONSALE_SEAT_OUT_OF_RANGE, "the hall has no seat %.*s",
                        text_head(text, 60), text);
    if (count > 1) return refuse_several(run, text, count, readings);
    *ret_seat = readings[0];
    return true;
}

bool seat_find_in(struct run *run, uint32_t performance_id, const char *text,
                  struct seat_reading *ret_seat)
{
    const Onsale__V1__SeatLayout *layout = hall_get(run, performance_id);
    return layout != NULL && seat_find(run, layout, text, ret_seat);
}

const Onsale__V1__SeatLayout *hall_get(struct run *run, uint32_t performance_id)
{
    const Onsale__V1__GetSeatLayoutResponse *hall =
        run_look_up(run, &onsale_catalog_get_seat_layout_method, "performance_id", performance_id);
    return hall == NULL ? NULL : hall->layout;
}

bool hall_open(struct run *run, const Onsale__V1__SeatLayout *layout,
               const Onsale__V1__Performance *performance,
               const Onsale__V1__GetSeatMapResponse *map, struct hall *ret_hall)
{
    hall_init(ret_hall, layout, performance);
    if (hall_apply(ret_hall, map)) return true;
    hall_deinit(ret_hall);
    return run_fail(run, ONSALE_REPLY_MALFORMED, "the seat map is not one of this hall");
}

/* Indexes alone need no hall. */
bool fill_seats(struct run *run, ProtobufCMessage *request)
{
    const struct arguments *arguments = &run->arguments;
    size_t count = arguments->repeated_count, read = 0;
    uint32_t *seat_indexes = run_alloc(run, count, sizeof *seat_indexes);
    uint32_t performance_id = (uint32_t)arguments_number(arguments, PARAMETER_PERFORMANCE, 0);
    while (read < count && index_parse(arguments->repeated[read], &seat_indexes[read]))
        read++;
    for (size_t i = 0; i < count && read < count; i++) {
        struct seat_reading seat;
        if (!seat_find_in(run, performance_id, arguments->repeated[i], &seat)) return false;
        seat_indexes[i] = seat.seat_index;
    }
    message_set_list(request, "seat_indexes", seat_indexes, count);
    return true;
}
