/* desk.h -- A box office for tests: a server with two small concerts and forty users, and calls
 * that read like what a buyer does. Helpers that answer something else than a status expect
 * success. */
#ifndef SIM_DESK_H
#define SIM_DESK_H

#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "onsale/v1/admin.pb-c.h"
#include "onsale/v1/catalog.pb-c.h"
#include "onsale/v1/payment.pb-c.h"
#include "onsale/v1/queue.pb-c.h"
#include "onsale/v1/reservation.pb-c.h"
#include "onsale/v1/wallet.pb-c.h"
#include "tests/sim/message.h"
#include "tests/sim/world.h"

enum {
    DESK_USERS = 40,
    DESK_CONCERT = 1,
    DESK_OTHER_CONCERT = 2,
    DESK_PERFORMANCE = 11, /* of DESK_CONCERT, on sale */
    DESK_HOLD_MS = 300000,
    DESK_BALANCE = 10000000, /* enough for every seat that a test buys */
};

struct desk {
    struct world world;
    struct arena arena; /* replies live here until the desk is closed */
    unix_ms server_time_ms;
};

/** One call of several that the writer takes in one batch. */
struct desk_call {
    const char *method; /* "onsale.v1.QueueService/EnterQueue" */
    const ProtobufCMessage *request;
    uint32_t timeout_ms; /* 0: a minute */
    bool is_trusted;     /* asks on the admin socket, which those of AdminService do in any case */
    enum status status;  /* set by desk_call_together */
    const Onsale__Rpc__V1__Result *result;
    void *response; /* NULL if refused */
};

/** For cmocka. Closing checks every invariant. */
int desk_open(void **state);
int desk_close(void **state);

/** Opens one whose store may grow to so many bytes only. */
struct desk *desk_open_small(uint64_t map_bytes);

/** Sends each call in a frame of its own, then steps the writer once unless all were reads. */
void desk_call_together(struct desk *desk, struct desk_call *calls, size_t count);

/** One call. */
enum status desk_call(struct desk *desk, const char *method, const ProtobufCMessage *request);

/** One call that must succeed. @return Its response. */
const void *desk_ask(struct desk *desk, const char *method, const ProtobufCMessage *request);

/** Lets time pass, or sets the clock back. Nobody steps the writer. */
void desk_sleep(struct desk *desk, int64_t ms);

/** Lets the writer reap what is due. */
void desk_sweep(struct desk *desk);

/** Reads the store and expects no violation. */
void desk_check_invariants(struct desk *desk);

/* --- What buyers do --------------------------------------------------------------------------- */

ProtobufCBinaryData desk_enter(struct desk *desk, uint64_t user_id, uint32_t concert_id);
const Onsale__V1__QueueEntry *desk_poll(struct desk *desk, ProtobufCBinaryData token);
enum status desk_leave(struct desk *desk, ProtobufCBinaryData token);

/** An id with this last byte. */
ProtobufCBinaryData desk_id(struct desk *desk, uint8_t last);

/** A request to hold neighbouring seats of DESK_PERFORMANCE. */
Onsale__V1__HoldSeatsRequest *desk_hold_request(struct desk *desk, ProtobufCBinaryData token,
                                                uint8_t id, uint32_t first_seat, size_t count);
enum status desk_hold(struct desk *desk, ProtobufCBinaryData token, uint8_t id, uint32_t first_seat,
                      size_t count);
/** Pays reservation `id` with payment 100 + `id`. */
enum status desk_pay(struct desk *desk, uint64_t user_id, uint8_t id);
enum status desk_cancel(struct desk *desk, uint64_t user_id, uint8_t id);
Onsale__V1__SeatState desk_seat_state(struct desk *desk, ProtobufCBinaryData token, uint32_t seat);
int64_t desk_balance(struct desk *desk, uint64_t user_id);
enum status desk_charge(struct desk *desk, uint64_t user_id, uint8_t id, int64_t amount);

/** Number of the newest event. */
uint64_t desk_last_event(struct desk *desk);

/** The default policy with other caps. */
void desk_set_caps(struct desk *desk, uint32_t active_max, uint32_t admissions_per_second);

#endif
