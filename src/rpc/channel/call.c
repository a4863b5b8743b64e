#include "rpc/channel/call.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/require.h"
#include "base/time.h"
#include "onsale/rpc/v1/rpc.fields.h"
#include "rpc/wire/pack.h"

int64_t channel_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

/* Long polls are on the watch endpoint, and say how long they wait in a field of this name. */
static uint32_t wait_ms_in(const ProtobufCMessage *request)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, "wait_ms");
    uint32_t wait_ms = 0;
    if (field != NULL && field->type == PROTOBUF_C_TYPE_UINT32)
        memcpy(&wait_ms, (const uint8_t *)request + field->offset, sizeof wait_ms);
    return wait_ms;
}

/* Bytes that are no request the server refuses at once. */
static uint32_t wait_ms_of(const struct onsale_method *method,
                           const struct channel_request *request)
{
    if (method->endpoint != ONSALE_ENDPOINT_WATCH) return 0;
    if (request->message != NULL) return wait_ms_in(request->message);
    if (method->request == NULL) return 0;
    ProtobufCMessage *message =
        protobuf_c_message_unpack(method->request, NULL, request->size, request->bytes);
    if (message == NULL) return 0;
    uint32_t wait_ms = wait_ms_in(message);
    protobuf_c_message_free_unpacked(message, NULL);
    return wait_ms;
}

/* --- The bytes of a call -----------------------------------------------------------------------
 */

/* The fields behind the timeout. */
static void pack(struct channel_call *call, const struct channel_request *request,
                 struct packing payload, struct packing metadata)
{
    uint8_t *at = call->packed + call->packed_size - payload.size;
    if (request->message != NULL)
        pack_write(payload, at);
    else if (request->size > 0)
        memcpy(at, request->bytes, request->size);
    at = onsale__rpc__v1__call__put_payload_head(at, payload.size);
    at -= metadata.size;
    if (metadata.size > 0) pack_write(metadata, at);
    REQUIRE(at == call->packed);
}

static size_t frame_bytes_max(const struct channel_call *call)
{
    size_t size = onsale__rpc__v1__call__measure_method(call->method->name) +
                  onsale__rpc__v1__call__measure_timeout_ms(UINT32_MAX) + call->packed_size;
    return onsale__rpc__v1__request_frame__measure_calls(size);
}

/* In the order of their numbers: so a server reads the fields the fastest. */
uint8_t *channel_call_write(const struct channel_call *call, uint8_t *end, uint32_t timeout_ms)
{
    uint8_t *at = memcpy(end - call->packed_size, call->packed, call->packed_size);
    at = onsale__rpc__v1__call__put_timeout_ms(at, timeout_ms);
    at = onsale__rpc__v1__call__put_method(at, call->method->name);
    return onsale__rpc__v1__request_frame__put_calls_head(at, (size_t)(end - at));
}

/* -----------------------------------------------------------------------------------------------
 */

struct channel_call *channel_call_make(const struct onsale_method *method,
                                       const struct channel_request *request,
                                       struct packing metadata)
{
    struct packing payload = {.size = request->size};
    REQUIRE(request->message == NULL || request->message->descriptor == method->request);
    if (request->message != NULL) payload = pack_measure(request->message, method->request_packer);
    size_t size = metadata.size + onsale__rpc__v1__call__measure_payload(payload.size);
    struct channel_call *call = malloc(sizeof *call + size);
    if (call == NULL) return NULL;
    *call = (struct channel_call){
        .method = method,
        .wait_ms = wait_ms_of(method, request),
        .lost_by = SIZE_MAX,
        .packed_size = size,
    };
    pack(call, request, payload, metadata);
    call->frame_bytes_max = frame_bytes_max(call);
    return call;
}

struct channel_call *channel_call_make_refused(const struct onsale_method *method,
                                               const struct onsale_error *refusal)
{
    struct channel_call *call = calloc(1, sizeof *call);
    if (call == NULL) return NULL;
    call->method = method;
    channel_call_remember(call, refusal);
    if (call->refusal == NULL) {
        free(call);
        return NULL;
    }
    return call;
}

void channel_call_remember(struct channel_call *call, const struct onsale_error *refusal)
{
    free(call->refusal);
    call->refusal = NULL;
    if (refusal == NULL) return;
    call->refusal = malloc(sizeof *call->refusal);
    if (call->refusal != NULL) *call->refusal = *refusal;
}

void channel_call_refuse(struct channel_call *call, struct onsale_error *error)
{
    error->attempts = call->attempts;
    channel_caller_refuse(&call->caller, error);
}

void channel_call_free(struct channel_call *call)
{
    free(call->refusal);
    free(call);
}

void channel_call_list_push(struct channel_call_list *list, struct channel_call *call)
{
    call->next = NULL;
    if (list->last == NULL)
        list->first = call;
    else
        list->last->next = call;
    list->last = call;
    list->count++;
}

struct channel_call *channel_call_list_pop(struct channel_call_list *list)
{
    struct channel_call *call = list->first;
    if (call == NULL) return NULL;
    list->first = call->next;
    if (list->first == NULL) list->last = NULL;
    list->count--;
    return call;
}

void channel_call_list_free(struct channel_call_list *list)
{
    for (struct channel_call *call; (call = channel_call_list_pop(list)) != NULL;)
        channel_call_free(call);
}
