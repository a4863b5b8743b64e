/* wire.h -- The protobuf wire format of a Call, written by hand: the request is packed
 * right into its place, once, and every attempt copies the same bytes. */
#ifndef RPC_CHANNEL_WIRE_H
#define RPC_CHANNEL_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes of a Call without its timeout. */
size_t channel_wire_call_size(const char *method, size_t payload_size, bool korean);

/** Writes channel_wire_call_size bytes but for the payload.
 * @return Where its `payload_size` bytes go: the end of the Call. */
uint8_t *channel_wire_call_write(uint8_t *to, const char *method, size_t payload_size, bool korean);

/** Most bytes that a Call takes in a frame, its timeout and the frame's own tag and length
 * included. */
size_t channel_wire_in_frame_size_max(size_t call_size);

/** Writes a Call into a frame, in at most channel_wire_in_frame_size_max bytes.
 * @param call  From channel_wire_call_write, with its payload.
 * @return The byte after it. */
uint8_t *channel_wire_in_frame_write(uint8_t *to, const uint8_t *call, size_t call_size,
                                     uint32_t timeout_ms);

#endif
