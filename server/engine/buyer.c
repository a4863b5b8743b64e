#include "server/engine/buyer.h"

#include "base/require.h"

bool buyer_entry_get(struct store_txn *txn, const struct reservation *reservation,
                     struct queue_entry *ret_entry)
{
    bool is_there =
        queue_entry_of_user(txn, reservation->concert_id, reservation->user_id, ret_entry);
    REQUIRE(!is_there || ret_entry->concert_id == reservation->concert_id);
    return is_there;
}

struct holding buyer_holding_of(const struct reservation *reservation)
{
    REQUIRE(reservation->seats_count >= 1);
    REQUIRE(reservation->seats_count <= SEATS_PER_HOLD_MAX);
    return (struct holding){.performance_id = reservation->performance_id,
                            .seats = reservation->seats_count,
                            .expires_at_ms = reservation->expires_at_ms};
}
