#include "model/reservation.h"

#include <string.h>

enum reservation_status reservation_status_at(const struct reservation *reservation, unix_ms now_ms)
{
    bool has_ended =
        reservation->status == RESERVATION_HELD && reservation->expires_at_ms <= now_ms;
    return has_ended ? RESERVATION_EXPIRED : reservation->status;
}

bool reservation_is_same_request(const struct reservation *reservation, uint64_t user_id,
                                 uint32_t performance_id, const uint32_t *seat_indexes,
                                 size_t seats_count)
{
    return reservation->user_id == user_id && reservation->performance_id == performance_id &&
           reservation->seats_count == seats_count &&
           memcmp(reservation->seat_indexes, seat_indexes, seats_count * sizeof *seat_indexes) == 0;
}

enum status reservation_check_payable(const struct reservation *reservation, unix_ms now_ms)
{
    switch (reservation_status_at(reservation, now_ms)) {
    case RESERVATION_HELD:
        return STATUS_OK;
    case RESERVATION_PAID:
        return STATUS_RESERVATION_PAID;
    case RESERVATION_EXPIRED:
        return STATUS_HOLD_EXPIRED;
    case RESERVATION_CANCELLED:
        return STATUS_RESERVATION_CANCELLED;
    }
    return STATUS_INTERNAL;
}

enum status reservation_check_cancellable(const struct reservation *reservation, unix_ms now_ms)
{
    enum status err = reservation_check_payable(reservation, now_ms);
    return err == STATUS_RESERVATION_CANCELLED ? STATUS_OK : err;
}
