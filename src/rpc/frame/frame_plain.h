/* frame_plain.h -- Reads the frames that nearly all are: calls of a method name, a timeout and a
 * payload, each once and nothing else. Several times quicker than the general way, and for every
 * other frame, valid or not, it leaves the word to it. */
#ifndef RPC_FRAME_FRAME_PLAIN_H
#define RPC_FRAME_FRAME_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "onsale/rpc/v1/rpc.pb-c.h"

/** @param calls_count  As counted in the bytes, 1..CALLS_PER_FRAME_MAX.
 * @param ret_request   Set if true is returned only. In the arena; the payloads are borrowed from
 *                      the bytes.
 * @return False if the frame is not a plain one, or memory is out. */
bool frame_read_plain(const uint8_t *bytes, size_t size, size_t calls_count, struct arena *arena,
                      const Onsale__Rpc__V1__RequestFrame **ret_request);

#endif
