#include "server/methods/refuse_taken.h"

#include "onsale/v1/reservation.packing.h"
#include "server/present.h"

enum status refuse_taken(struct call *call, const struct performance *performance,
                         const uint32_t *seat_indexes, size_t count)
{
    struct arena *arena = call->rpc->arena;
    Onsale__V1__SeatsTaken *detail = arena_alloc(arena, sizeof *detail);
    if (detail == NULL) return STATUS_OUT_OF_MEMORY;
    onsale__v1__seats_taken__init(detail);
    detail->seats = present_array(arena, count);
    if (detail->seats == NULL) return STATUS_OUT_OF_MEMORY;

    for (size_t i = 0; i < count; i++) {
        Onsale__V1__Seat *seat = present_seat(arena, call->txn, performance, seat_indexes[i]);
        if (seat == NULL) return STATUS_OUT_OF_MEMORY;
        detail->seats[detail->n_seats++] = seat;
    }
    rpc_call_add_detail(call->rpc, &onsale__v1__seats_taken__packer, &detail->base);
    return STATUS_SEAT_TAKEN;
}
