#include "tests/sim/frame.h"

#include "onsale/rpc/v1/rpc.pb-c.h"

ProtobufCBinaryData frame_of_call(struct arena *arena, const char *method, uint32_t timeout_ms,
                                  const ProtobufCMessage *request)
{
    Onsale__Rpc__V1__Call call = ONSALE__RPC__V1__CALL__INIT;
    call.method = (char *)method;
    call.timeout_ms = timeout_ms;
    call.payload = message_pack(arena, request);
    Onsale__Rpc__V1__Call *calls[] = {&call};
    Onsale__Rpc__V1__RequestFrame frame = ONSALE__RPC__V1__REQUEST_FRAME__INIT;
    frame.n_calls = 1;
    frame.calls = calls;
    return message_pack(arena, &frame.base);
}
