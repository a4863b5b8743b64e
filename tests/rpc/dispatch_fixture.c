#include "tests/rpc/dispatch_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

int dispatch_set_up(void **state)
{
    struct dispatch_fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fake_application_init(&fixture->fake);
    call_frame_init(&fixture->frame);
    *state = fixture;
    return rpc_dispatcher_open(&fixture->fake.application, &memory_transport,
                               &fixture->dispatcher) == STATUS_OK
               ? 0
               : -1;
}

void dispatch_forget_reply(struct dispatch_fixture *fixture)
{
    if (fixture->reply != NULL) onsale__rpc__v1__reply_frame__free_unpacked(fixture->reply, NULL);
    fixture->reply = NULL;
    memory_exchange_deinit(&fixture->exchange);
}

int dispatch_tear_down(void **state)
{
    struct dispatch_fixture *fixture = *state;
    dispatch_forget_reply(fixture);
    call_frame_deinit(&fixture->frame);
    rpc_dispatcher_close(fixture->dispatcher);
    free(fixture);
    return 0;
}
