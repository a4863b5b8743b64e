/* call_check.h -- Checks of every call before the application sees it. */
#ifndef RPC_FRAME_CALL_CHECK_H
#define RPC_FRAME_CALL_CHECK_H

#include <stdbool.h>

#include "base/status.h"
#include "base/time.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "rpc/call.h"
#include "rpc/frame/method_map.h"

/** What the checks need to know beside the call. */
struct call_surroundings {
    const struct method_map *methods;
    bool draining;
    unix_ms now_ms;
    unix_ms arrived_ms; /* of the frame */
    const char *name;   /* of the call checked last, if its method is known: */
    const struct method *method;
};

/** Fills what the application is to know of a call from the call as it was sent.
 *
 * @param surroundings  The same for all calls of a frame: calls that share a name are looked up
 * once.
 * @param call  Frame, arena, socket and `alone` are set; method, request, checked_ms, deadline_ms,
 * korean and traceparent are set here; on a refusal perhaps message and details too.
 * @return STATUS_OK; STATUS_SHUTTING_DOWN; STATUS_METADATA_INVALID; STATUS_METHOD_UNKNOWN;
 *         STATUS_TIMEOUT_INVALID; STATUS_PAYLOAD_TOO_LARGE; STATUS_PAYLOAD_MALFORMED;
 *         STATUS_OUT_OF_MEMORY. */
enum status call_check(struct call_surroundings *surroundings, const Onsale__Rpc__V1__Call *sent,
                       struct rpc_call *call);

#endif
