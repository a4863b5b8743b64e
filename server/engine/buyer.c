#include "server/engine/buyer.h"

bool buyer_entry_get(struct store_txn *txn, const struct reservation *reservation,
                     struct queue_entry *ret_entry)
{
    return queue_entry_of_user(txn, reservation->concert_id, reservation->user_id, ret_entry);
}

struct holding buyer_holding_of(const struct reservation *reservation)
{
    return (struct holding){.performance_id = reservation->performance_id,
                            .seats = reservation->seats_count,
                            .expires_at_ms = reservation->expires_at_ms};
}
