#include "store/kept_records.h"

#include "store/transaction.h"

void kept_records_begin(struct kept_records *kept)
{
    kept_seats_begin(&kept->seats);
    kept_performances_begin(&kept->performances);
    kept_events_clear(&kept->events);
    kept_reservations_clear(&kept->reservations);
    kept->ledger_ids.knows_last = false;
    if (!kept->has_changes) return;
    kept_ranks_forget(&kept->ranks);
    kept_entries_forget(&kept->entries);
    kept->has_changes = false;
}

void kept_records_put(struct store_txn *txn)
{
    kept_queue_put(txn);
    kept_ranks_put(txn);
    kept_entries_put(txn);
    kept_seats_note(txn);
    kept_performances_note(txn);
    kept_events_put(txn);
    kept_reservations_put(txn);
}

void kept_records_committed(struct kept_records *kept)
{
    kept->has_changes = false;
    kept_seats_committed(&kept->seats);
    kept_performances_committed(&kept->performances);
}

void kept_records_show(struct store_txn *txn)
{
    kept_seats_put(txn);
    kept_performances_put(txn);
}

void kept_records_forget(struct kept_records *kept)
{
    kept_seats_forget(&kept->seats);
    kept_performances_forget(&kept->performances);
}
