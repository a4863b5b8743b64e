#include "rpc/frame/frame_reply.h"

#include "base/limits.h"
#include "base/require.h"
#include "onsale/rpc/v1/rpc.fields.h"

enum { RETRY_AFTER_MS_DEFAULT = 50 };

static const char *message_of(const struct frame_call *call)
{
    if (call->call.message != NULL) return call->call.message;
    return call->call.korean ? status_korean(call->status) : status_english(call->status);
}

static uint32_t retry_after_ms_of(const struct frame_call *call)
{
    if (call->call.retry_after_ms != 0) return call->call.retry_after_ms;
    return status_may_retry(call->status) ? RETRY_AFTER_MS_DEFAULT : 0;
}

static Onsale__Rpc__V1__Code code_of(const struct frame_call *call)
{
    return (Onsale__Rpc__V1__Code)status_grpc_code(call->status);
}

static size_t detail_size(const struct rpc_detail *detail)
{
    size_t value_size = pack_measure(detail->value, detail->packer).size;
    return onsale__rpc__v1__detail__measure_type(detail->packer->descriptor->name) +
           onsale__rpc__v1__detail__measure_value(value_size);
}

static size_t refusal_size(const struct frame_call *call)
{
    size_t size = onsale__rpc__v1__result__measure_code(code_of(call)) +
                  onsale__rpc__v1__result__measure_reason(status_name(call->status)) +
                  onsale__rpc__v1__result__measure_message(message_of(call)) +
                  onsale__rpc__v1__result__measure_retry_after_ms(retry_after_ms_of(call));
    for (size_t i = 0; i < call->call.details_count; i++)
        size += onsale__rpc__v1__result__measure_details(detail_size(&call->call.details[i]));
    return size;
}

static void measure(struct frame_call *call)
{
    if (call->status != STATUS_OK) {
        if (!status_is_sent(call->status)) call->status = STATUS_INTERNAL;
        call->result_size = refusal_size(call);
        return;
    }
    REQUIRE(call->call.response != NULL);
    call->response = pack_measure(call->call.response, call->call.method->response_packer);
    call->result_size = onsale__rpc__v1__result__measure_payload(call->response.size);
}

/* A write that was executed keeps its answer, which is small: a refusal would be untrue. */
static bool may_refuse(const struct frame_call *call)
{
    return call->status == STATUS_OK && call->call.method->kind != METHOD_WRITE;
}

static void refuse(struct frame_call *call, enum status why)
{
    call->status = why;
    call->call.message = NULL;
    call->call.details_count = 0;
    call->call.retry_after_ms = 0;
    measure(call);
}

void frame_reply_refuse_reads(struct rpc_frame *frame, enum status why)
{
    for (size_t i = 0; i < frame->calls_count; i++)
        if (may_refuse(&frame->calls[i])) refuse(&frame->calls[i], why);
}

static size_t field_size(const struct frame_call *call)
{
    return onsale__rpc__v1__reply_frame__measure_results(call->result_size);
}

static size_t refuse_in_sum(struct frame_call *call, enum status why, size_t size)
{
    size -= field_size(call);
    refuse(call, why);
    return size + field_size(call);
}

/* The caller is told the newest entry that one of the answers depends on, and the oldest epoch:
 * what it wants to see again, and the server that it may not believe. */
static void note_place(struct rpc_frame *frame, struct rpc_place place)
{
    if (place.index == 0) return;
    if (frame->place.index == 0 || place.epoch < frame->place.epoch)
        frame->place.epoch = place.epoch;
    if (place.index > frame->place.index) frame->place.index = place.index;
}

static size_t head_size_of(const struct rpc_frame *frame, unix_ms server_time_ms)
{
    return onsale__rpc__v1__reply_frame__measure_server_time_ms(server_time_ms) +
           onsale__rpc__v1__reply_frame__measure_index(frame->place.index) +
           onsale__rpc__v1__reply_frame__measure_epoch(frame->place.epoch);
}

/* Those that would not fit alone are refused for good. Then the last ones: the caller who repeats
 * them finds room, since the first ones got their answer.
 * @param size  Of the reply as it is. @return Of the reply as it then is. */
static size_t make_fit(struct rpc_frame *frame, size_t head_size, size_t size)
{
    for (size_t i = 0; i < frame->calls_count; i++) {
        struct frame_call *call = &frame->calls[i];
        if (may_refuse(call) && field_size(call) > REPLY_FRAME_BYTES_MAX - head_size)
            size = refuse_in_sum(call, STATUS_REPLY_TOO_LARGE, size);
    }
    for (size_t i = frame->calls_count; i-- > 0 && size > REPLY_FRAME_BYTES_MAX;)
        if (may_refuse(&frame->calls[i]))
            size = refuse_in_sum(&frame->calls[i], STATUS_FRAME_TOO_MANY_RECORDS, size);
    return size;
}

size_t frame_reply_size(struct rpc_frame *frame, unix_ms server_time_ms)
{
    size_t size = 0;
    frame->place = (struct rpc_place){0};
    for (size_t i = 0; i < frame->calls_count; i++) {
        measure(&frame->calls[i]);
        note_place(frame, frame->calls[i].call.place);
        size += field_size(&frame->calls[i]);
    }
    size_t head_size = head_size_of(frame, server_time_ms);
    size += head_size;
    if (size > REPLY_FRAME_BYTES_MAX) size = make_fit(frame, head_size, size);
    REQUIRE(size <= REPLY_FRAME_BYTES_MAX);
    return size;
}

/* What follows writes from the end of the reply to its beginning. */

static uint8_t *put_message(uint8_t *end, struct packing message)
{
    uint8_t *begin = end - message.size;
    pack_write(message, begin);
    return begin;
}

static uint8_t *put_detail(uint8_t *end, const struct rpc_detail *detail)
{
    struct packing value = pack_measure(detail->value, detail->packer);
    uint8_t *at = put_message(end, value);
    at = onsale__rpc__v1__detail__put_value_head(at, value.size);
    at = onsale__rpc__v1__detail__put_type(at, detail->packer->descriptor->name);
    return onsale__rpc__v1__result__put_details_head(at, (size_t)(end - at));
}

static uint8_t *put_refusal(uint8_t *end, const struct frame_call *call)
{
    uint8_t *at = onsale__rpc__v1__result__put_retry_after_ms(end, retry_after_ms_of(call));
    for (size_t i = call->call.details_count; i-- > 0;)
        at = put_detail(at, &call->call.details[i]);
    at = onsale__rpc__v1__result__put_message(at, message_of(call));
    at = onsale__rpc__v1__result__put_reason(at, status_name(call->status));
    return onsale__rpc__v1__result__put_code(at, code_of(call));
}

static uint8_t *put_response(uint8_t *end, const struct frame_call *call)
{
    uint8_t *at = put_message(end, call->response);
    return onsale__rpc__v1__result__put_payload_head(at, call->response.size);
}

static uint8_t *put_result(uint8_t *end, const struct frame_call *call)
{
    uint8_t *at = call->status == STATUS_OK ? put_response(end, call) : put_refusal(end, call);
    REQUIRE(end - at == (ptrdiff_t)call->result_size);
    return onsale__rpc__v1__reply_frame__put_results_head(at, call->result_size);
}

void frame_reply_pack(const struct rpc_frame *frame, unix_ms server_time_ms, uint8_t *ret_bytes,
                      size_t size)
{
    uint8_t *at = onsale__rpc__v1__reply_frame__put_epoch(ret_bytes + size, frame->place.epoch);
    at = onsale__rpc__v1__reply_frame__put_index(at, frame->place.index);
    at = onsale__rpc__v1__reply_frame__put_server_time_ms(at, server_time_ms);
    for (size_t i = frame->calls_count; i-- > 0;)
        at = put_result(at, &frame->calls[i]);
    REQUIRE(at == ret_bytes);
}
