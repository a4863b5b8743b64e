#include "rpc/frame/frame_reply.h"

#include <string.h>

#include "base/limits.h"
#include "base/require.h"
#include "rpc/wire/packer.h"
#include "rpc/wire/wire.h"

/* Field numbers of rpc.proto. */
enum { FRAME_RESULTS = 1, FRAME_SERVER_TIME_MS = 2 };
enum {
    RESULT_CODE = 1,
    RESULT_REASON = 2,
    RESULT_MESSAGE = 3,
    RESULT_DETAILS = 4,
    RESULT_RETRY_AFTER_MS = 5,
    RESULT_PAYLOAD = 6,
};
enum { DETAIL_TYPE = 1, DETAIL_VALUE = 2 };

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

static size_t text_field_size(const char *text)
{
    return text[0] == '\0' ? 0 : wire_bytes_field_size(strlen(text));
}

static size_t detail_size(const struct rpc_detail *detail)
{
    return text_field_size(detail->packer->descriptor->name) +
           wire_bytes_field_size(pack_measure(detail->value, detail->packer).size);
}

static size_t refusal_size(const struct frame_call *call)
{
    size_t size = wire_varint_field_size((uint64_t)status_grpc_code(call->status)) +
                  text_field_size(status_name(call->status)) + text_field_size(message_of(call)) +
                  wire_varint_field_size(retry_after_ms_of(call));
    for (size_t i = 0; i < call->call.details_count; i++)
        size += wire_bytes_field_size(detail_size(&call->call.details[i]));
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
    call->result_size = call->response.size == 0 ? 0 : wire_bytes_field_size(call->response.size);
}

/* A write that is done is told: its answer is small, and that it was refused would not be true. */
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
    return wire_bytes_field_size(call->result_size);
}

static size_t refuse_in_sum(struct frame_call *call, enum status why, size_t size)
{
    size -= field_size(call);
    refuse(call, why);
    return size + field_size(call);
}

/* Those that would not fit alone are refused for good. Then the last ones: the caller who repeats
 * them finds room, since the first ones got their answer.
 * @param size  Of the reply as it is. @return Of the reply as it then is. */
static size_t make_fit(struct rpc_frame *frame, size_t time_size, size_t size)
{
    for (size_t i = 0; i < frame->calls_count; i++) {
        struct frame_call *call = &frame->calls[i];
        if (may_refuse(call) && field_size(call) > REPLY_FRAME_BYTES_MAX - time_size)
            size = refuse_in_sum(call, STATUS_REPLY_TOO_LARGE, size);
    }
    for (size_t i = frame->calls_count; i-- > 0 && size > REPLY_FRAME_BYTES_MAX;)
        if (may_refuse(&frame->calls[i]))
            size = refuse_in_sum(&frame->calls[i], STATUS_FRAME_TOO_MANY_RECORDS, size);
    return size;
}

size_t frame_reply_size(struct rpc_frame *frame, unix_ms server_time_ms)
{
    size_t time_size = wire_varint_field_size((uint64_t)server_time_ms);
    size_t size = time_size;
    for (size_t i = 0; i < frame->calls_count; i++) {
        measure(&frame->calls[i]);
        size += field_size(&frame->calls[i]);
    }
    if (size > REPLY_FRAME_BYTES_MAX) size = make_fit(frame, time_size, size);
    REQUIRE(size <= REPLY_FRAME_BYTES_MAX);
    return size;
}

static uint8_t *put_text(uint8_t *at, unsigned field, const char *text)
{
    size_t length = strlen(text);
    if (length == 0) return at;
    return (uint8_t *)mempcpy(wire_put_bytes_head(at, field, length), text, length);
}

static uint8_t *put_message(uint8_t *at, unsigned field, struct packing message)
{
    return pack_write(message, wire_put_bytes_head(at, field, message.size));
}

static uint8_t *put_detail(uint8_t *at, const struct rpc_detail *detail)
{
    at = wire_put_bytes_head(at, RESULT_DETAILS, detail_size(detail));
    at = put_text(at, DETAIL_TYPE, detail->packer->descriptor->name);
    return put_message(at, DETAIL_VALUE, pack_measure(detail->value, detail->packer));
}

static uint8_t *put_refusal(uint8_t *at, const struct frame_call *call)
{
    at = wire_put_varint_field(at, RESULT_CODE, (uint64_t)status_grpc_code(call->status));
    at = put_text(at, RESULT_REASON, status_name(call->status));
    at = put_text(at, RESULT_MESSAGE, message_of(call));
    for (size_t i = 0; i < call->call.details_count; i++)
        at = put_detail(at, &call->call.details[i]);
    return wire_put_varint_field(at, RESULT_RETRY_AFTER_MS, retry_after_ms_of(call));
}

static uint8_t *put_result(uint8_t *at, const struct frame_call *call)
{
    at = wire_put_bytes_head(at, FRAME_RESULTS, call->result_size);
    const uint8_t *end = at + call->result_size;
    if (call->status != STATUS_OK)
        at = put_refusal(at, call);
    else if (call->response.size != 0)
        at = put_message(at, RESULT_PAYLOAD, call->response);
    REQUIRE(at == end);
    return at;
}

void frame_reply_pack(const struct rpc_frame *frame, unix_ms server_time_ms, uint8_t *ret_bytes)
{
    uint8_t *at = ret_bytes;
    for (size_t i = 0; i < frame->calls_count; i++)
        at = put_result(at, &frame->calls[i]);
    wire_put_varint_field(at, FRAME_SERVER_TIME_MS, (uint64_t)server_time_ms);
}
