#include "rpc/channel/frame.h"

#include "onsale/rpc/v1/rpc.fields.h"
#include "onsale/rpc/v1/rpc.packing.h"
#include "rpc/wire/unpack.h"
#include "rpc/wire/unpack_plain.h"

static uint32_t time_left_ms(const struct channel_call *call, int64_t now_ms)
{
    return call->deadline_ms > now_ms ? (uint32_t)(call->deadline_ms - now_ms) : 1;
}

size_t channel_wish_size(struct channel_wish wish)
{
    return onsale__rpc__v1__request_frame__measure_min_index(wish.min_index) +
           onsale__rpc__v1__request_frame__measure_any_server(wish.any_server);
}

static uint8_t *wish_write(struct channel_wish wish, uint8_t *end)
{
    uint8_t *at = onsale__rpc__v1__request_frame__put_any_server(end, wish.any_server);
    return onsale__rpc__v1__request_frame__put_min_index(at, wish.min_index);
}

nng_msg *channel_frame_pack(struct channel_call *const *calls, size_t calls_count, int64_t now_ms,
                            struct channel_wish wish)
{
    size_t size_max = channel_wish_size(wish);
    for (size_t i = 0; i < calls_count; i++)
        size_max += calls[i]->frame_bytes_max;
    nng_msg *frame;
    if (nng_msg_alloc(&frame, size_max) != 0) return NULL;

    uint8_t *begin = nng_msg_body(frame);
    uint8_t *at = wish_write(wish, begin + size_max);
    for (size_t i = calls_count; i-- > 0;)
        at = channel_call_write(calls[i], at, time_left_ms(calls[i], now_ms));
    nng_msg_trim(frame, (size_t)(at - begin));
    return frame;
}

const Onsale__Rpc__V1__ReplyFrame *channel_frame_unpack(struct arena *arena, const uint8_t *reply,
                                                        size_t reply_size)
{
    struct scan_problem problem;
    ProtobufCMessage *frame;
    enum status err = unpack_message(&onsale__rpc__v1__reply_frame__descriptor,
                                     &onsale__rpc__v1__reply_frame__packer, reply, reply_size,
                                     STATUS_REPLY_MALFORMED, arena, &problem, &frame);
    return err == STATUS_OK ? (const Onsale__Rpc__V1__ReplyFrame *)frame : NULL;
}

const Onsale__Rpc__V1__Result *channel_frame_result(const Onsale__Rpc__V1__ReplyFrame *frame,
                                                    size_t index, size_t calls_count)
{
    if (frame == NULL) return NULL;
    if (frame->n_results == calls_count) return frame->results[index];
    bool is_for_all = frame->n_results == 1 && frame->results[0]->code != 0;
    return is_for_all ? frame->results[0] : NULL;
}

ProtobufCMessage *channel_frame_response(const struct onsale_method *method,
                                         const Onsale__Rpc__V1__Result *result, struct arena *arena)
{
    const ProtobufCBinaryData *payload = &result->payload;
    ProtobufCMessage *response;
    if (unpack_plain(method->response_packer, payload->data, payload->len, arena, &response))
        return response;
    ProtobufCAllocator in_arena = unpack_allocator(arena);
    return protobuf_c_message_unpack(method->response, arena == NULL ? NULL : &in_arena,
                                     payload->len, payload->data);
}
