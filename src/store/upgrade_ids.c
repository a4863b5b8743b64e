/* upgrade_ids.c -- From format 1 to 2: the ids of charges and payments, which were each user's own,
 * get a tree in which they are those of all users. Where two users have used the same one, both
 * keep their entries, and nobody else gets it. */
#include <string.h>

#include "base/require.h"
#include "store/ledger_ids.h"
#include "store/upgrade.h"
#include "store/upgrade_moves.h"
#include "store/user_key.h"

static bool take(const struct key *key, struct upgrade_move *ret)
{
    struct reader ids = key_reader(key);
    ret->number = reader_big(&ids, sizeof ret->number);
    if (reader_u8_within(&ids, USER_WALLET, USER_TICKETS) != USER_LEDGER_ENTRY) return false;
    reader_bytes(&ids, ret->id, ID_BYTES);
    return reader_is_whole(&ids);
}

static void put(struct store_txn *txn, const struct upgrade_move *move)
{
    struct ledger_id id;
    _Static_assert(sizeof id.bytes == sizeof move->id, "an id is moved whole");
    memcpy(id.bytes, move->id, sizeof id.bytes);
    ledger_id_put(txn, id, move->number);
}

const struct upgrade_mover upgrade_ledger_ids = {take, put};
