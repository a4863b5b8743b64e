/* frame_reply.h -- Encodes the results of a frame's calls as its reply frame. */
#ifndef RPC_FRAME_FRAME_REPLY_H
#define RPC_FRAME_FRAME_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "rpc/frame/frame.h"

/** Takes the size of the reply. A read whose result would not fit into a reply of its own becomes
 * STATUS_REPLY_TOO_LARGE; reads whose results do not fit beside the others
 * STATUS_FRAME_TOO_MANY_RECORDS.
 * @return At most REPLY_FRAME_BYTES_MAX. */
size_t frame_reply_size(struct rpc_frame *frame, unix_ms server_time_ms);

/** Makes every answer a refusal but for those of writes. */
void frame_reply_refuse_reads(struct rpc_frame *frame, enum status why);

/** Writes the reply: the ReplyFrame and its Results field by field, so that each response is packed
 * right where it is sent from.
 * @param ret_bytes  Gets `size` bytes: as many as frame_reply_size returned for the same
 *                   arguments. */
void frame_reply_pack(const struct rpc_frame *frame, unix_ms server_time_ms, uint8_t *ret_bytes,
                      size_t size);

#endif
