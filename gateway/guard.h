/* guard.h -- What protects the gateway: certificates, who is who, rates; one gate for everybody and
 * one for administration.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_GUARD_H
#define GATEWAY_GUARD_H

#include "gateway/gate.h"
#include "gateway/options.h"
#include "gateway/tls.h"

struct guard;

/** Reads the files that the options name. @param options  Must outlive it.
 * @return NULL if it can't: the log says why. */
struct guard *guard_open(struct loop *loop, const struct options *options);

/** No connection may be open. NULL is fine. */
void guard_close(struct guard *guard);

/** Of a listener. */
struct gate *guard_gate(struct guard *guard, bool is_for_admin);

/** @return NULL if there is no certificate. */
struct tls *guard_tls(struct guard *guard, bool is_for_admin);

/** Reads the files again; what can't be used stays as it was, and the log says so. Connections go
 * on with what they have, but keys and what they may are looked up anew. */
void guard_reload(struct guard *guard);

/** Tells what was refused, and forgets who asks no more: to be called once a second. */
void guard_tick(struct guard *guard, int64_t now_ms);

#endif
