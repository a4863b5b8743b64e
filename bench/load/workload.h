/* workload.h -- What callers do, independent of how they do it: operations numbered 0, 1, 2 ...,
 * each of one or more calls. */
#ifndef BENCH_LOAD_WORKLOAD_H
#define BENCH_LOAD_WORKLOAD_H

#include <onsale/onsale.h>
#include <stdbool.h>
#include <stdint.h>

/** A request of any method, and room for what its pointers point to. */
struct request {
    const struct onsale_method *method;
    union {
        ProtobufCMessage base;
        Onsale__V1__CreateUserRequest create_user;
        Onsale__V1__ChargeBalanceRequest charge;
        Onsale__V1__GetBalanceRequest balance;
        Onsale__V1__EnterQueueRequest enter;
        Onsale__V1__GetQueueEntryRequest poll;
        Onsale__V1__GetSeatMapRequest seat_map;
        Onsale__V1__HoldSeatsRequest hold;
        Onsale__V1__CancelReservationRequest cancel;
        Onsale__V1__PayReservationRequest pay;
        Onsale__V1__GetTicketRequest ticket;
    } message;
    uint8_t id[ONSALE_ID_BYTES];
    uint32_t seats[8];
};

/** Callers may run it on any threads, but no operation on two at once. */
struct workload {
    /** Writes the request of one step of an operation.
     * @param answer  The response to the step before; NULL for step 0.
     * @return False if there is no such step: the operation is over. Step 0 is always there. */
    bool (*prepare)(void *state, uint64_t operation, uint32_t step, const ProtobufCMessage *answer,
                    struct request *ret_request);
    void *state;
    uint64_t operations_max; /* after so many the load ends early */
    /** Told of an operation whose step 0 was prepared and never sent. NULL: nobody asks. */
    void (*forget)(void *state, uint64_t operation);
};

#define WORKLOAD_ENDLESS UINT64_MAX

#endif
