#include "store/kept_records.h"

void kept_records_begin(struct kept_records *kept)
{
    kept_seats_begin(&kept->seats);
    kept_events_clear(&kept->events);
    kept_reservations_clear(&kept->reservations);
}

void kept_records_put(struct store_txn *txn)
{
    kept_seats_put(txn);
    kept_events_put(txn);
    kept_reservations_put(txn);
}

void kept_records_committed(struct kept_records *kept)
{
    kept_seats_committed(&kept->seats);
}
