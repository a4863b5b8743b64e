/* inspect.h -- Every record of every tree is read, one after the other, whatever is wrong with
 * those before it: for the check of the whole store. */
#ifndef STORE_INSPECT_H
#define STORE_INSPECT_H

#include <stdbool.h>

#include "store/store.h"

enum { STORE_FINDING_KEY_BYTES = 80 };

struct store_finding {
    const char *what;                  /* a constant, for example "record-damaged" */
    const char *tree;                  /* a constant */
    char key[STORE_FINDING_KEY_BYTES]; /* in hexadecimal; empty if it is of the whole tree */
};

/** How many records each tree has, and its name, a constant. In a read transaction.
 * @param tree  0..STORE_TREES - 1. */
uint64_t store_count_records(struct store_txn *txn, unsigned tree, const char **ret_name);

/** Reports each record that can't be unpacked, whose key is none of its kind, or whose owner is
 * not there, and of each tree that can't be read through. In a read transaction that has not
 * failed; it has not after it either, but for want of memory.
 * @param found  Called for the first few of each tree.
 * @return Whether all records could be read: if not, other functions of records.h fail on them. */
bool store_inspect(struct store_txn *txn,
                   void (*found)(void *context, const struct store_finding *finding),
                   void *context);

#endif
