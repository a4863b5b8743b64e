/* shop.h -- A real onsaled with a catalogue and people in it, and a channel to it.
 *
 * One concert; its performances 1, 2, 3 ... have SHOP_SEATS seats each. The users 1, 2, 3 ... are
 * first the buyers, who have an ACTIVE token each; then those who wait; then the strangers, who
 * are not in the queue and have money. */
#ifndef BENCH_SHOP_SHOP_H
#define BENCH_SHOP_SHOP_H

#include <onsale/onsale.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/process.h"

enum {
    SHOP_CONCERT = 1,
    SHOP_SEATS = 20000,
    SHOP_PRICE = 100,
    SHOP_MONEY = 1000 * SHOP_PRICE,
    SHOP_IN_FLIGHT = 512,
    SHOP_CALL_MS = 30 * 1000,
    SHOP_CHECK_MS = 600 * 1000,
};

/** How big a shop is. */
struct shop_plan {
    uint32_t performances;
    uint32_t buyers;
    uint32_t waiting;
    uint32_t strangers;
    bool buyers_have_money;
};

/** Where a server is. All zero: on this machine alone, on any of its cores. */
struct shop_place {
    const char *log_url;       /* of the log that it shares with others; NULL: it shares none */
    const char *node;          /* how it is called there */
    bool follows_only;         /* never leads */
    const char *cores;         /* "0", "1-3": the only ones that it may use; NULL: all */
    uint32_t frames_in_flight; /* of the channel to it; 0: what a channel does by itself */
};

struct shop_standing {
    bool leads;
    uint64_t applied; /* the entry of the log that its answers take into account */
};

struct shop {
    struct shop_plan plan;
    struct shop_place place;
    const char *server; /* path of onsaled; borrowed */
    char folder[128];
    char url[160];
    char watch_url[160];
    char admin_url[160];
    struct process process;
    struct onsale_channel *channel;
    uint8_t (*tokens)[ONSALE_TOKEN_BYTES]; /* of the buyers, then of those who wait */
    uint64_t seats_used;                   /* by workloads that never give them back */
    uint64_t strangers_used;
    uint64_t payers_used; /* buyers whose token has ended because they paid */
};

/** Starts a server with an empty store and fills it.
 * @param server  Path of onsaled; borrowed.
 * @param folder  Where its own folder is made.
 * @return NULL if it failed: said why on stderr. */
struct shop *shop_open(const char *server, const char *folder, const struct shop_plan *plan);

/** As shop_open, somewhere else.
 * @param place  Its strings are borrowed. */
struct shop *shop_open_at(const char *server, const char *folder, const struct shop_plan *plan,
                          const struct shop_place *place);

/** Starts a server with an empty store that follows the one that leads, and waits until it answers.
 * @return NULL if it failed: said why on stderr. */
struct shop *shop_follow(const struct shop *leader, const char *folder,
                         const struct shop_place *place);

/** Where a server stands among those that share a log.
 * @param ret_standing  Set if true is returned only.
 * @return False if it does not answer: said why on stderr. */
bool shop_ask_standing(struct shop *shop, struct shop_standing *ret_standing);

/** Stops the server and removes its folder. NULL is fine. @return False if it did not end well. */
bool shop_close(struct shop *shop);

/** Starts the server again on what is in its folder.
 * @param ret_seconds  Until the first call was answered.
 * @return False if it does not serve: said why on stderr. */
bool shop_start(struct shop *shop, double *ret_seconds);

/** Stops the server. @return False if it did not end with exit code 0. */
bool shop_stop(struct shop *shop);

/** Checks the server's invariants. @return False if one does not hold: said which on stderr. */
bool shop_check(struct shop *shop);

/** Sets how long holds last from now on. @return False if it failed. */
bool shop_set_hold_lifetime(struct shop *shop, int64_t hold_lifetime_ms);

/** Room the store uses on disk. Unit: bytes; 0 if the server does not say. */
uint64_t shop_store_bytes(struct shop *shop);

/** Memory of the server's own, without the pages of its map. Unit: bytes; 0 if not known. */
uint64_t shop_memory_bytes(const struct shop *shop);

/** Processor time that the server has used so far. Unit: seconds; 0 if not known. */
double shop_cpu_seconds(const struct shop *shop);

/** Prints what a call failed with. @return Whether it is ONSALE_OK. */
bool shop_expect_ok(const char *what, enum onsale_status status, const struct onsale_error *error);

#endif
