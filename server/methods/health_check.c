#include "onsale/rpc/v1/health.methods.h"
#include "server/engine/call.h"
#include "server/engine/engine.h"
#include "server/engine/role.h"

#define SERVING ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_SERVING
#define NOT_SERVING ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_NOT_SERVING
#define STORAGE_FULL ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_STORAGE_FULL
#define DAMAGED ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_DAMAGED
#define CLOCK_JUMPED ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_CLOCK_JUMPED

/* The worst comes first. */
static Onsale__Rpc__V1__ServingStatus status_of(struct engine *engine, struct clock_view clock)
{
    if (engine_gauges(engine).connections.are_late) return NOT_SERVING;
    if (store_damage_met(engine_store(engine)) > 0) return DAMAGED;
    if (role_is_stopped(engine_role(engine))) return DAMAGED;
    if (clock.jumped_ms > 0) return CLOCK_JUMPED;
    return store_has_room(engine_store(engine)) ? SERVING : STORAGE_FULL;
}

enum status health_check(struct call *call, const Onsale__Rpc__V1__CheckRequest *request,
                         Onsale__Rpc__V1__CheckResponse *response)
{
    (void)request; /* it asks for everything */
    struct clock_view clock = engine_clock(call->engine);
    response->status = status_of(call->engine, clock);
    response->version = ONSALE_VERSION;
    response->clock_behind_ms = clock.behind_ms;
    return STATUS_OK;
}
