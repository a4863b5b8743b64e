/* answer.h -- What follows an attempt of a call: its end, or another attempt after a backoff. */
#ifndef RPC_CHANNEL_ANSWER_H
#define RPC_CHANNEL_ANSWER_H

#include "base/status.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "rpc/channel/core.h"

/** So long at most until servers that do not lead are asked again. */
enum { CHANNEL_ELECTION_MS = 100 };

/** How long to wait before trying again what has failed so many times in a row. Jittered.
 * @param failures  1 or more. */
uint32_t channel_backoff_ms(uint32_t failures);

/** Tells the caller the server's result. User code runs, so without the mutex.
 * @param result  NULL: the reply has none.
 * @param arena   For the response, if it is not to outlive this.
 * @return True: the call has ended and is to be forgotten. False if it is to be repeated instead:
 * it was refused as UNAVAILABLE, and it has attempts and time left. It then is to be backed off. */
bool channel_answer(struct onsale_channel *channel, struct channel_call *call,
                    const Onsale__Rpc__V1__Result *result, struct arena *arena);

/** Readies a call that got no answer to be repeated or, if it has no attempt or time left, to end.
 * Either way it is to be backed off.
 * @param why  What it ends with if it is not repeated in time. */
void channel_answer_missing(struct onsale_channel *channel, struct channel_call *call,
                            enum status why);

#endif
