#include "store/kept_records.h"

#include "store/transaction.h"

void kept_records_begin(struct store_txn *txn)
{
    struct kept_records *kept = txn->kept;
    size_t write = mdb_txn_id(txn->mdb);
    if (kept->write == write) {
        kept_ranks_forget(&kept->ranks);
        kept_entries_forget(&kept->entries);
    }
    kept->write = write;
}

void kept_records_put(struct store_txn *txn)
{
    kept_queue_put(txn);
    kept_ranks_put(txn);
    kept_entries_put(txn);
}
