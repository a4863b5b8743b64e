#include "store/kept_records.h"

#include "store/transaction.h"

void kept_records_begin(struct store_txn *txn)
{
    kept_seats_begin(&txn->kept->seats, mdb_txn_id(txn->mdb));
    kept_events_clear(&txn->kept->events);
    kept_reservations_clear(&txn->kept->reservations);
}

void kept_records_put(struct store_txn *txn)
{
    kept_seats_put(txn);
    kept_events_put(txn);
    kept_reservations_put(txn);
}
