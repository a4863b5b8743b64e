#include "bench/load/frame_pack.h"

#include <stdlib.h>

#include "base/require.h"

enum { FRAME_BYTES_MAX = 512, CALL_TIMEOUT_MS = 60 * 1000 };

static size_t pack_one(const struct request *request, uint8_t *ret_bytes)
{
    uint8_t payload[FRAME_BYTES_MAX];
    Onsale__Rpc__V1__Call call = ONSALE__RPC__V1__CALL__INIT;
    Onsale__Rpc__V1__Call *calls[] = {&call};
    Onsale__Rpc__V1__RequestFrame frame = ONSALE__RPC__V1__REQUEST_FRAME__INIT;
    REQUIRE(protobuf_c_message_get_packed_size(&request->message.base) <= sizeof payload);
    call.method = (char *)request->method->name;
    call.timeout_ms = CALL_TIMEOUT_MS;
    call.payload.data = payload;
    call.payload.len = protobuf_c_message_pack(&request->message.base, payload);
    frame.n_calls = 1;
    frame.calls = calls;
    REQUIRE(onsale__rpc__v1__request_frame__get_packed_size(&frame) <= FRAME_BYTES_MAX);
    return onsale__rpc__v1__request_frame__pack(&frame, ret_bytes);
}

struct frames frames_pack(const struct workload *workload, size_t count)
{
    struct frames frames = {.count = count, .are_calls = true};
    size_t used = 0;
    frames.bytes = malloc(count * FRAME_BYTES_MAX);
    frames.ends = calloc(count, sizeof *frames.ends);
    frames.were_sent = calloc(count, sizeof *frames.were_sent);
    REQUIRE(frames.bytes != NULL);
    REQUIRE(frames.ends != NULL);
    REQUIRE(frames.were_sent != NULL);
    for (size_t i = 0; i < count; i++) {
        struct request request;
        workload->prepare(workload->state, i, 0, NULL, &request);
        used += pack_one(&request, frames.bytes + used);
        frames.ends[i] = used;
    }
    return frames;
}

void frames_free(struct frames *frames)
{
    free(frames->bytes);
    free(frames->ends);
    free(frames->were_sent);
    *frames = (struct frames){0};
}
