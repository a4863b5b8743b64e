/* callers.h -- Those who call several servers while these are killed. Each thread has a user of its
 * own, so it knows what the servers must answer. What is not answered is called again with the same
 * id: that is the same call. */
#ifndef TESTS_E2E_CLUSTER_CALLERS_H
#define TESTS_E2E_CLUSTER_CALLERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "tests/e2e/calls.h"

enum { CHARGERS = 4, SELLERS = 8, CONCERT = 1, PERFORMANCE = 11 };

extern atomic_bool callers_stop;

/** A channel to all servers, whose calls have a minute. @param read_from  onsale_read_from. */
struct onsale_channel *callers_open(const char *servers, const char *admins, uint32_t read_from);

/** Whether a call has ended in an answer: else it is to be made again. */
bool callers_has_answer(enum onsale_status status);

/** Makes a user with money. */
void callers_make_user(struct onsale_channel *channel, uint64_t user_id, int64_t money);

/** --- charger.c: charges 1 at a time, and reads its balance from the nearest. */
struct charger {
    struct onsale_channel *channel; /* its own: it reads what it has written */
    uint64_t user_id;
    int64_t charged;
};
void charger_run(struct charger *charger);

/** What it has in the end. */
void charger_verify(struct charger *charger);

/** --- seller.c: holds seats that others want, too, cancels or pays, and reads them. */
struct seller {
    struct onsale_channel *channel;
    uint64_t user_id;
    struct queue_token token;
    uint64_t random;
    size_t paid;
};
void seller_run(struct seller *seller);

/** Reads all seats that were sold: after everything. */
void seller_verify(struct seller *seller);

/** --- prober.c: charges, and asks one server by frames for the state at an index: one that follows
 * has to answer with the state there, one that leads with that of the moment. */
enum { PROBES_MAX = 1 << 20 };
struct prober {
    const char *const *urls; /* of all servers, NULL-terminated */
    size_t server;           /* the one that is asked */
    size_t leader;           /* the one that has charged last */
    uint64_t user_id;
    size_t charged;
    uint64_t *indexes; /* of its charges, PROBES_MAX */
    uint64_t random;
    uint64_t replies_following, replies_leading, replies_behind;
};
void prober_run(struct prober *prober);

#endif
