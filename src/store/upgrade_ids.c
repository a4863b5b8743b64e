/* upgrade_ids.c -- From format 1 to 2: the ids of charges and payments, which were each user's own,
 * get a tree in which they are those of all users. Where two users have used the same one, both
 * keep their entries, and nobody else gets it. */
#include "store/ledger_ids.h"
#include "store/record.h"
#include "store/upgrade.h"
#include "store/user_key.h"

void upgrade_ledger_id(struct store_txn *txn, enum tree tree, const struct key *key,
                       struct reader value)
{
    struct reader ids = key_reader(key);
    struct ledger_id id;
    (void)tree;
    (void)value;
    uint64_t user_id = reader_big(&ids, sizeof user_id);
    if (reader_u8_within(&ids, USER_WALLET, USER_TICKETS) != USER_LEDGER_ENTRY) return;
    reader_bytes(&ids, id.bytes, ID_BYTES);
    if (record_check(txn, &ids)) ledger_id_put(txn, id, user_id);
}
