/* user_key.h -- Keys of a user's money and tickets. For src/store only.
 *
 * They are in one tree, with the user first in the key: a payment then reads and dirties one page,
 * not one for each kind of record. */
#ifndef STORE_USER_KEY_H
#define STORE_USER_KEY_H

#include <stdint.h>

#include "store/record.h"

/** The numbers are stored and sort the records of a user. */
enum user_record {
    USER_WALLET = 1, /* every user has one, and it comes first */
    USER_LEDGER_ENTRY = 2,
    USER_TICKETS = 3,
};

enum { USER_PREFIX_BYTES = 8 + 1 }; /* of the records of one kind and user */

_Static_assert(USER_WALLET < USER_LEDGER_ENTRY && USER_LEDGER_ENTRY < USER_TICKETS,
               "a wallet comes first");
_Static_assert((int)USER_PREFIX_BYTES <= (int)KEY_BYTES_MAX, "as key_add wants it");

/** The key of a wallet, and how all others of this kind begin. */
static inline struct key user_key(uint64_t user_id, enum user_record kind)
{
    struct key key = {0};
    key_add_u64(&key, user_id);
    key_add_u8(&key, (uint8_t)kind);
    return key;
}

#endif
