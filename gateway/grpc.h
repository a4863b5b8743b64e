/* grpc.h -- The door for gRPC: every method of the server by its bytes, and the services that the
 * gateway itself has. */
#ifndef GATEWAY_GRPC_H
#define GATEWAY_GRPC_H

#include "gateway/exchange.h"
#include "gateway/upstream.h"

struct health;
struct grpc_watches;
struct subscriptions;

/** What the door leads to; the `context` of its rows in a table of handlers. Outlives them. */
struct grpc_door {
    struct upstream *upstream;
    struct subscriptions *subscriptions;
    struct grpc_watches *watches;
    struct health *health;
    bool is_for_admin; /* methods of administration are served */
    size_t message_bytes_max;
};

/** A method that the gateway itself has. */
struct grpc_own_method {
    const char *path; /* "/grpc.health.v1.Health/Check" */

    /** Answers, now or later. @param message  The request, packed; the exchange's. */
    void (*start)(const struct grpc_door *door, struct exchange *exchange, const uint8_t *message,
                  size_t message_size);
};

/** The services of the gateway's own; each list ends with a row whose path is NULL. */
extern const struct grpc_own_method grpc_health_methods[];
extern const struct grpc_own_method grpc_wait_methods[];
extern const struct grpc_own_method grpc_watch_methods[];

/** For a row of a table of handlers with content type "application/grpc". */
void grpc_start(const struct handler *handler, struct exchange *exchange);
void grpc_refuse_request(const struct handler *handler, struct exchange *exchange, enum status why);

/** Hands a call on to the server. */
void grpc_call_start(const struct grpc_door *door, struct exchange *exchange,
                     const uint8_t *message, size_t message_size);

/** Until when the caller waits: "grpc-timeout", or `default_ms`.
 * @param ret_deadline_ms  Set on success, on onsale_now_ms's clock.
 * @return False if the header can't be read. */
bool grpc_deadline(const struct exchange *exchange, int64_t default_ms, int64_t *ret_deadline_ms);

#endif
