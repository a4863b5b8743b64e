/* frame_decode.h -- Decodes the bytes of a request frame into its calls. */
#ifndef RPC_FRAME_FRAME_DECODE_H
#define RPC_FRAME_FRAME_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "rpc/frame/frame.h"

/** Reads the envelope; the calls themselves are not looked at.
 *
 * @param ret_request  Set on STATUS_OK: 1..CALLS_PER_FRAME_MAX calls, in the frame's arena,
 *                     with payloads that may be borrowed from the bytes. Calls of one method may
 *                     share its name.
 * @param ret_message  Set otherwise: what is wrong, in the arena or a constant; NULL if the status
 *                     says it all.
 * @return STATUS_OK; STATUS_FRAME_MALFORMED; STATUS_FRAME_TOO_MANY_CALLS; STATUS_OUT_OF_MEMORY. */
enum status frame_decode(struct rpc_frame *frame, const uint8_t *bytes, size_t size,
                         const Onsale__Rpc__V1__RequestFrame **ret_request,
                         const char **ret_message);

#endif
