/* old_store.h -- Stores of format 1, as version 0.1.0 left them, and all that a store has. */
#ifndef TESTS_STORE_OLD_STORE_H
#define TESTS_STORE_OLD_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "tests/store/fixture.h"

/** Has one charge of each user 1..`users`, with ids in no order, a queue for each concert
 * 1..`concerts`, and timers of those who wait in them.
 * @param fixture  Of an empty store, which is closed then. */
void old_store_make(struct fixture *fixture, uint16_t users, uint16_t concerts);

/** Cuts off what format 2 has put behind the record of a queue. */
void old_store_cut_queue(struct store_txn *txn, uint32_t concert_id);

/** Every record of every tree: its tree, its key and its value. */
struct store_dump {
    uint8_t *bytes; /* to be freed by the caller */
    size_t size;
};

struct store_dump old_store_dump(struct store *store);

/** Copies the files of a folder into another that is there. */
void old_store_copy(const char *from, const char *to);

/** What the closed store has when a copy of it was upgraded in a single slice a step. */
struct store_dump old_store_upgrade_copy(struct fixture *fixture);

/** Opens the folder and checks that it has these records.
 * @return What store_upgraded_from says. */
uint32_t old_store_check(const struct store_options *options, const char *path,
                         const struct store_dump *expected);

#endif
