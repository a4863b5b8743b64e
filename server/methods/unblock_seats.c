#include "onsale/v1/admin.methods.h"
#include "server/methods/seat_change.h"

enum status unblock_seats(struct call *call, const Onsale__V1__UnblockSeatsRequest *request,
                          Onsale__V1__UnblockSeatsResponse *response)
{
    struct seat_change change = {.performance_id = request->performance_id,
                                 .seat_indexes = request->seat_indexes,
                                 .seats_count = request->n_seat_indexes,
                                 .from = SEAT_BLOCKED,
                                 .to = SEAT_AVAILABLE,
                                 .kind = EVENT_SEATS_UNBLOCKED};
    return seat_change_run(call, &change, &response->changed);
}
