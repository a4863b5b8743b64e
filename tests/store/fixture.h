/* fixture.h -- A store in a temporary folder for each test. */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/records.h"
#include "store/store.h"

enum { FIXTURE_ROOM_BYTES = 1024 * 1024 };

struct fixture {
    char *parent; /* the temporary folder; the store is in a folder inside */
    char *path;
    struct store_options options; /* a test may change them before fixture_reopen */
    struct store *store;
    char problem[STORE_PROBLEM_BYTES];
};

/** For cmocka: opens a new store; closes it and removes the folder. */
int fixture_set_up(void **state);
int fixture_tear_down(void **state);

#define FIXTURE_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

void fixture_close(struct fixture *fixture);
enum status fixture_open(struct fixture *fixture);

/** Closes and opens again, which must succeed. */
void fixture_reopen(struct fixture *fixture);

/** Ends the store as `kill -9` does and opens what that leaves: what was not flushed is gone. */
void fixture_crash(struct fixture *fixture);

/** Each is one transaction, flushed. A wallet that is not there has the balance -1. */
enum status fixture_write_wallet(struct fixture *fixture, uint64_t user_id, int64_t balance);
int64_t fixture_read_wallet(struct fixture *fixture, uint64_t user_id);

/** Bodies of transactions about a struct wallet: the first puts it, the other gets that of its
 * user, with the balance -1 if there is none. */
enum status fixture_put_wallet(struct store_txn *txn, void *wallet);
enum status fixture_get_wallet(struct store_txn *txn, void *context);

/** A kind of record: what writes some, and what finds them again. */
struct kind {
    void (*put)(struct store_txn *txn);
    void (*check)(struct store_txn *txn);
};

/** Writes records and checks them, also after reopening. */
void fixture_check_round_trip(struct fixture *fixture, struct kind kind);

#endif
