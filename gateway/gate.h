/* gate.h -- Who comes to a listener, and whether a request of theirs is let in: roles, keys, rates.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_GATE_H
#define GATEWAY_GATE_H

#include <onsale/onsale.h>

#include "gateway/access.h"
#include "gateway/rates.h"

struct loop;

/** One for each listener; what it points to is shared. */
struct gate {
    struct loop *loop;
    struct access *access;
    struct rates *rates;
    bool is_for_admin;
    uint64_t refused; /* since the log was told */
};

/** What is known of a peer when it has connected and shaken hands: its role by its certificate, and
 * how much it may ask for. */
void gate_identify(struct gate *gate, const struct byte_stream *stream, struct peer *peer);

/** A request has come, of whom the headers are known. Counts it, until gate_leave.
 * @return STATUS_OK; STATUS_KEY_UNKNOWN; STATUS_ROLE_NEEDED; STATUS_RATE_EXCEEDED, and
 * exchange->retry_after_ms is set. */
enum status gate_admit(struct exchange *exchange);

/** It has ended, or was refused. */
void gate_leave(struct exchange *exchange);

/** Whether the peer may call a method; those of administration have a listener of their own. If
 * not, it is refused with STATUS_ROLE_NEEDED. */
bool gate_permits(const struct peer *peer, const struct onsale_method *method);

#endif
