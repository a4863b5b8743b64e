#include "tests/lib/call_frame.h"

#include <stdlib.h>

#include "base/require.h"

enum { TIMEOUT_MS = 1000 };

static void *grow(void *array, size_t count, size_t size)
{
    void *grown = realloc(array, (count + 1) * size);
    REQUIRE(grown != NULL);
    return grown;
}

static void *allocate(size_t size)
{
    void *bytes = malloc(size == 0 ? 1 : size);
    REQUIRE(bytes != NULL);
    return bytes;
}

void call_frame_init(struct call_frame *frame)
{
    onsale__rpc__v1__request_frame__init(&frame->message);
}

static void free_call(Onsale__Rpc__V1__Call *call)
{
    for (size_t i = 0; i < call->n_metadata; i++)
        free(call->metadata[i]);
    free(call->metadata);
    free(call->payload.data);
    free(call);
}

void call_frame_deinit(struct call_frame *frame)
{
    for (size_t i = 0; i < frame->message.n_calls; i++)
        free_call(frame->message.calls[i]);
    free(frame->message.calls);
    call_frame_init(frame);
}

Onsale__Rpc__V1__Call *call_frame_add(struct call_frame *frame, const char *method,
                                      const ProtobufCMessage *request)
{
    Onsale__Rpc__V1__Call *call = allocate(sizeof *call);
    onsale__rpc__v1__call__init(call);
    call->method = (char *)method;
    call->timeout_ms = TIMEOUT_MS;
    if (request != NULL) {
        call->payload.data = allocate(protobuf_c_message_get_packed_size(request));
        call->payload.len = protobuf_c_message_pack(request, call->payload.data);
    }
    Onsale__Rpc__V1__RequestFrame *message = &frame->message;
    message->calls = grow(message->calls, message->n_calls, sizeof *message->calls);
    message->calls[message->n_calls++] = call;
    return call;
}

void call_frame_add_metadata(Onsale__Rpc__V1__Call *call, const char *key, const char *value)
{
    Onsale__Rpc__V1__Metadata *pair = allocate(sizeof *pair);
    onsale__rpc__v1__metadata__init(pair);
    pair->key = (char *)key;
    pair->value = (char *)value;
    call->metadata = grow(call->metadata, call->n_metadata, sizeof *call->metadata);
    call->metadata[call->n_metadata++] = pair;
}

uint8_t *call_frame_pack(const struct call_frame *frame, size_t *ret_size)
{
    uint8_t *bytes = allocate(onsale__rpc__v1__request_frame__get_packed_size(&frame->message));
    *ret_size = onsale__rpc__v1__request_frame__pack(&frame->message, bytes);
    return bytes;
}
