#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/engine/engine.h"

/* The batch goes on at its own time; the next one has the new. */
enum status confirm_clock(struct call *call, const Onsale__V1__ConfirmClockRequest *request,
                          Onsale__V1__ConfirmClockResponse *response)
{
    (void)request; /* it takes whatever the clock says */
    response->jumped_ms = engine_confirm_clock(call->engine).jumped_ms;
    response->now_ms = engine_now_ms(call->engine);
    return STATUS_OK;
}
