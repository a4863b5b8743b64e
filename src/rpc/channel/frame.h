/* frame.h -- Packs calls into a request frame, and unpacks the results of a reply frame. */
#ifndef RPC_CHANNEL_FRAME_H
#define RPC_CHANNEL_FRAME_H

#include <nng/nng.h>

#include "base/arena.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "rpc/channel/call.h"

/** The bytes that a wish takes of a frame. */
size_t channel_wish_size(struct channel_wish wish);

/** Makes a RequestFrame of the calls; their timeouts count from `now_ms`.
 * @return Ours to send or free; NULL if there is no memory. */
nng_msg *channel_frame_pack(struct channel_call *const *calls, size_t calls_count, int64_t now_ms,
                            struct channel_wish wish);

/** Unpacks the reply to a frame into the arena; payloads may be borrowed
 * from the bytes. @return NULL if it is not valid. */
const Onsale__Rpc__V1__ReplyFrame *channel_frame_unpack(struct arena *arena, const uint8_t *reply,
                                                        size_t reply_size);

/** The result of the call at `index`. A refusal that is alone is for every call: the server could
 * not read the frame.
 * @param frame  NULL if it is not valid.
 * @return NULL if the reply has none. */
const Onsale__Rpc__V1__Result *channel_frame_result(const Onsale__Rpc__V1__ReplyFrame *frame,
                                                    size_t index, size_t calls_count);

/** Unpacks the response of a call. The server is trusted not to send what hurts to unpack.
 * @param arena  NULL: it becomes the caller's, to be freed by itself.
 * @return NULL if it is not valid or there is no memory. */
ProtobufCMessage *channel_frame_response(const struct onsale_method *method,
                                         const Onsale__Rpc__V1__Result *result,
                                         struct arena *arena);

#endif
