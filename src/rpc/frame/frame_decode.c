#include "rpc/frame/frame_decode.h"

#include "base/limits.h"
#include "onsale/rpc/v1/rpc.packing.h"
#include "rpc/frame/frame_plain.h"
#include "rpc/wire/unpack.h"
#include "rpc/wire/wire.h"

enum { CALLS_FIELD = 1 };

/* Counts up to one more than is allowed. What is not a frame is found out later. */
static size_t count_calls(const uint8_t *bytes, size_t size)
{
    size_t count = 0;
    if (size == 0) return 0;
    struct wire_reader reader = {bytes, bytes + size};
    uint32_t field;
    enum wire_type type;
    while (count <= CALLS_PER_FRAME_MAX && wire_read_tag(&reader, &field, &type)) {
        count += field == CALLS_FIELD;
        if (!wire_skip(&reader, type)) break;
    }
    return count;
}

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
    size_t calls_count = count_calls(bytes, size);
    if (calls_count > CALLS_PER_FRAME_MAX) return STATUS_FRAME_TOO_MANY_CALLS;
    if (calls_count > 0 && frame_read_plain(bytes, size, calls_count, &frame->arena, ret_request))
        return STATUS_OK;
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
