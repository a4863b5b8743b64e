/* raw_reply.h -- What the raw server answers. */
#ifndef TESTS_LIB_RAW_REPLY_H
#define TESTS_LIB_RAW_REPLY_H

#include <nng/nng.h>

#include "onsale/rpc/v1/rpc.pb-c.h"
#include "tests/lib/raw_server.h"

/** @return The caller's to send or free. */
nng_msg *raw_reply_make(enum raw_reply reply, const struct raw_role *role,
                        const Onsale__Rpc__V1__RequestFrame *request);

#endif
