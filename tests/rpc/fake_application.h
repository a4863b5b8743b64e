/* fake_application.h -- A tiny application behind a dispatcher.
 *
 * HealthService/Check answers `version`; WalletService/GetBalance answers ten times the user's
 * number, and USER_NOT_FOUND for user 0; WalletService/ChargeBalance, a write, succeeds;
 * ReservationService/HoldSeats refuses with SEAT_TAKEN. */
#ifndef RPC_FAKE_APPLICATION_H
#define RPC_FAKE_APPLICATION_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "rpc/dispatch.h"

#define CHECK "onsale.rpc.v1.HealthService/Check"
#define GET_BALANCE "onsale.v1.WalletService/GetBalance"
#define CHARGE_BALANCE "onsale.v1.WalletService/ChargeBalance"
#define HOLD_SEATS "onsale.v1.ReservationService/HoldSeats"

enum { FAKE_NOW_MS = 1700000000, FAKE_REQUEST_BYTES_MAX = 256 };

struct fake_application {
    struct rpc_application application;
    _Atomic(const char *) version;
    atomic_bool holds;  /* keep calls until they are released */
    atomic_size_t seen; /* calls that were started */
    atomic_size_t gone; /* peers that were */
    _Atomic int64_t ticks_ns;
    struct rpc_place place; /* of the next call that is answered; then the index is one greater */
    unix_ms last_deadline_ms;
    uint64_t last_min_index;
    bool last_any_server;
    bool last_alone;
    char last_traceparent[64]; /* "": none */
    enum rpc_socket last_socket;
    pthread_mutex_t lock; /* of the rest */
    struct rpc_call *held;
    size_t held_count;
};

void fake_application_init(struct fake_application *fake);

/** Calls that are kept now. Safe from any thread, as is the next. */
size_t fake_application_held(struct fake_application *fake);

/** Answers the calls that are kept, the latest first. */
void fake_application_release(struct fake_application *fake);

#endif
