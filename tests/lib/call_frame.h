/* call_frame.h -- Makes the bytes of request frames as a client would. */
#ifndef LIB_CALL_FRAME_H
#define LIB_CALL_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "onsale/rpc/v1/rpc.pb-c.h"

/** The metadata and the payload are the frame's; the method is borrowed. */
struct call_frame {
    Onsale__Rpc__V1__RequestFrame message;
};

void call_frame_init(struct call_frame *frame);
void call_frame_deinit(struct call_frame *frame);

/** Adds a call with a timeout of 1000 ms.
 * @param request  Packed at once; NULL for an empty payload.
 * @return The call, for changes; owned by the frame. */
Onsale__Rpc__V1__Call *call_frame_add(struct call_frame *frame, const char *method,
                                      const ProtobufCMessage *request);

/** Adds a pair to a call. Both are borrowed. */
void call_frame_add_metadata(Onsale__Rpc__V1__Call *call, const char *key, const char *value);

/** @return The packed frame, of the caller. */
uint8_t *call_frame_pack(const struct call_frame *frame, size_t *ret_size);

#endif
