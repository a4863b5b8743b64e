#include "onsale/v1/admin.methods.h"
#include "server/methods/seat_change.h"

enum status block_seats(struct call *call, const Onsale__V1__BlockSeatsRequest *request,
                        Onsale__V1__BlockSeatsResponse *response)
{
    struct seat_change change = {.performance_id = request->performance_id,
                                 .seat_indexes = request->seat_indexes,
                                 .seats_count = request->n_seat_indexes,
                                 .from = SEAT_AVAILABLE,
                                 .to = SEAT_BLOCKED,
                                 .kind = EVENT_SEATS_BLOCKED};
    return seat_change_run(call, &change, &response->changed);
}
