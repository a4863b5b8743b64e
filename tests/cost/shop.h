/* shop.h -- The evening of a sale, the same each time: a hall, buyers who were let in, a queue
 * behind them, and strangers who have yet to come. Whatever goes wrong ends the process. */
#ifndef COST_SHOP_H
#define COST_SHOP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/queue.h"
#include "tests/sim/world.h"

/* The users are numbered from 1: first the buyers, then those who wait, then the strangers. */
enum {
    SHOP_CONCERT = 1,
    SHOP_PERFORMANCE = 1,
    SHOP_SEATS = 20000,
    SHOP_BUYERS = 2048,
    SHOP_WAITING = 10000,
    SHOP_STRANGERS = 2048,
    SHOP_IN_QUEUE = SHOP_BUYERS + SHOP_WAITING,
    SHOP_HOLD_MS = 30 * 60 * 1000, /* half of what an entry has */
};

struct shop {
    struct world world;
    struct arena arena; /* requests live here until the shop is closed */
    uint8_t tokens[SHOP_IN_QUEUE][QUEUE_TOKEN_BYTES];
    uint64_t version; /* of the seats, once shop_hold_seats was called */
};

struct shop *shop_open(void);
void shop_close(struct shop *shop);

/** Every buyer holds a seat. */
void shop_hold_seats(struct shop *shop);

#endif
