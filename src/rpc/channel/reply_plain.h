/* reply_plain.h -- Reads the replies that nearly all are: every call succeeded. Several times
 * quicker than the general way, and for every other reply, valid or not, it leaves the word to it.
 */
#ifndef RPC_CHANNEL_REPLY_PLAIN_H
#define RPC_CHANNEL_REPLY_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "onsale/rpc/v1/rpc.pb-c.h"

/** @param results_count  As many as there were calls, 1 or more.
 * @param ret_reply       Set if true is returned only. In the arena; the payloads are borrowed from
 *                        the bytes.
 * @return False if a result is a refusal, if there are more or fewer, or if memory is out. */
bool reply_read_plain(const uint8_t *bytes, size_t size, size_t results_count, struct arena *arena,
                      const Onsale__Rpc__V1__ReplyFrame **ret_reply);

#endif
