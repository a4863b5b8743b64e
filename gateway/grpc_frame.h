/* grpc_frame.h -- The one message that a request of gRPC has: a byte that says whether it is
 * compressed, its length, and its bytes. */
#ifndef GATEWAY_GRPC_FRAME_H
#define GATEWAY_GRPC_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum { GRPC_PREFIX_BYTES = 5 };

enum grpc_frame {
    GRPC_FRAME_OK,
    GRPC_FRAME_MALFORMED,   /* not exactly one whole message, or not gzip */
    GRPC_FRAME_ENCODED,     /* compressed in a way that is not known */
    GRPC_FRAME_TOO_LARGE,   /* when it is unpacked */
    GRPC_FRAME_OUT_OF_ROOM, /* there is no memory to unpack it */
};

/** Takes the message at the beginning of a body.
 * @param encoding      Value of "grpc-encoding"; NULL: none.
 * @param message_max   Most bytes that it may have when it is unpacked.
 * @param ret_message   Set on GRPC_FRAME_OK: within the body, or unpacked, from malloc in that
 * case.
 * @param ret_unpacked  Likewise: what is to be freed by the caller; NULL: nothing.
 * @param ret_taken     Likewise: bytes of the body that it took. */
enum grpc_frame grpc_frame_take(const uint8_t *body, size_t body_size, const char *encoding,
                                size_t message_max, const uint8_t **ret_message,
                                size_t *ret_message_size, uint8_t **ret_unpacked,
                                size_t *ret_taken);

/** Writes the prefix of a message that is not compressed. */
void grpc_frame_begin(uint8_t ret_prefix[GRPC_PREFIX_BYTES], size_t message_size);

#endif
