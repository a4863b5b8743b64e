#include "rpc/frame/frame_decode.h"

#include "base/limits.h"
#include "onsale/rpc/v1/rpc.fields.h"
#include "onsale/rpc/v1/rpc.packing.h"
#include "rpc/wire/unpack.h"

static const char *problem_text(struct arena *arena, struct scan_problem problem)
{
    return problem.field[0] == '\0'
               ? problem.what
               : arena_printf(arena, "%s in the frame is %s", problem.field, problem.what);
}

enum status frame_decode(struct rpc_frame *frame, const uint8_t *bytes, size_t size,
                         const Onsale__Rpc__V1__RequestFrame **ret_request,
                         const char **ret_message)
{
    *ret_message = NULL;
    /* Counted before anything is allocated for them. */
    if (onsale__rpc__v1__request_frame__count_calls(bytes, size, CALLS_PER_FRAME_MAX) >
        CALLS_PER_FRAME_MAX)
        return STATUS_FRAME_TOO_MANY_CALLS;
    struct scan_problem problem;
    ProtobufCMessage *message;
    enum status err = unpack_message(&onsale__rpc__v1__request_frame__descriptor,
                                     &onsale__rpc__v1__request_frame__packer, bytes, size,
                                     STATUS_FRAME_MALFORMED, &frame->arena, &problem, &message);
    if (err == STATUS_FRAME_MALFORMED) *ret_message = problem_text(&frame->arena, problem);
    if (err != STATUS_OK) return err;
    const Onsale__Rpc__V1__RequestFrame *request = (Onsale__Rpc__V1__RequestFrame *)message;
    if (request->n_calls == 0) {
        *ret_message = "the frame has no calls";
        return STATUS_FRAME_MALFORMED;
    }
    *ret_request = request;
    return STATUS_OK;
}
