/* buyer.h -- A buyer of the demo: one user, and the calls of a purchase.
 *
 * Functions return the status of the call; `error` then has the details. Several buyers may share
 * one channel at once; one buyer is used by one thread. */
#ifndef CLIENT_DEMO_BUYER_H
#define CLIENT_DEMO_BUYER_H

#include "client/demo/tally.h"

enum { BUYER_SEATS_MAX = 4 };

/** The shop, as the buyers see it. */
struct shop {
    struct onsale_channel *channel;
    struct tally tally;
    uint32_t concert_id;
    uint32_t performance_id;
};

struct buyer {
    struct shop *shop;
    uint64_t user_id;
    uint8_t token[ONSALE_TOKEN_BYTES];
    Onsale__V1__QueueEntryStatus status; /* as last heard */
    uint32_t position;
    uint8_t reservation_id[ONSALE_ID_BYTES];
    int64_t price; /* of the reservation */
    struct onsale_error error;
};

/** Enters the queue; keeps the token. */
enum onsale_status buyer_enter(struct buyer *buyer);

/** Asks for the place now, or waits for it to change. */
enum onsale_status buyer_poll(struct buyer *buyer);
enum onsale_status buyer_wait(struct buyer *buyer);

/** Waits until the entry is no longer WAITING. */
enum onsale_status buyer_wait_for_turn(struct buyer *buyer);

/** Holds neighbouring seats. */
enum onsale_status buyer_hold(struct buyer *buyer, uint32_t first_seat_index, size_t count);

/** Charges what the reservation costs, and pays it. */
enum onsale_status buyer_charge_and_pay(struct buyer *buyer);

/** Leaves the queue. */
enum onsale_status buyer_leave(struct buyer *buyer);

#endif
