/* dispatch_fixture.h -- A dispatcher with an application, the frame to send, and the reply. */
#ifndef TESTS_RPC_DISPATCH_FIXTURE_H
#define TESTS_RPC_DISPATCH_FIXTURE_H

#include "tests/lib/call_frame.h"
#include "tests/lib/memory_transport.h"
#include "tests/rpc/fake_application.h"

struct dispatch_fixture {
    struct fake_application fake;
    struct rpc_dispatcher *dispatcher;
    struct call_frame frame;
    struct memory_exchange exchange;
    Onsale__Rpc__V1__ReplyFrame *reply; /* NULL: none yet */
};

/** For cmocka: a fixture before a test and after it. */
int dispatch_set_up(void **state);
int dispatch_tear_down(void **state);

/** Frees the exchange and its reply, so that the next one can begin. */
void dispatch_forget_reply(struct dispatch_fixture *fixture);

#endif
