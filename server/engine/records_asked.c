/* records_asked.c -- How much a call may ask for, known before it is executed. */
#include <string.h>

#include "base/require.h"
#include "server/engine/call.h"
#include "server/engine/intake.h"

/* Where the number does not depend on the request: as many as take as long. */
enum { SEAT_MAP_RECORDS = 10, SEAT_LAYOUT_RECORDS = 1000 };

_Static_assert(PAGE_SIZE_MAX <= RECORDS_PER_FRAME_MAX, "a frame has room for a page");
_Static_assert(EVENTS_PER_CALL_MAX <= RECORDS_PER_FRAME_MAX, "a frame has room for the events");
_Static_assert(SEAT_LAYOUT_RECORDS <= (int)RECORDS_PER_FRAME_MAX, "a frame has room for a layout");

static uint32_t number_in(const struct rpc_call *rpc, const char *field_name, uint32_t otherwise,
                          uint32_t max)
{
    uint32_t number;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(rpc->method->request, field_name);
    REQUIRE(field != NULL);
    REQUIRE(otherwise >= 1);
    REQUIRE(otherwise <= max);
    memcpy(&number, (const uint8_t *)rpc->request + field->offset, sizeof number);
    if (number == 0) return otherwise;
    return number < max ? number : max;
}

uint32_t intake_records_asked(const struct rpc_call *rpc)
{
    uint32_t policy = rpc->method->policy;
    if ((policy & ANSWERS_PAGE) != 0)
        return number_in(rpc, "page_size", PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
    if ((policy & ANSWERS_EVENTS) != 0)
        return number_in(rpc, "max", EVENTS_PER_CALL_DEFAULT, EVENTS_PER_CALL_MAX);
    if ((policy & ANSWERS_SEATS) != 0) return SEAT_MAP_RECORDS;
    if ((policy & ANSWERS_LAYOUT) != 0) return SEAT_LAYOUT_RECORDS;
    return 1;
}
