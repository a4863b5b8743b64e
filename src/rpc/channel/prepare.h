/* prepare.h -- Validates and packs a call: the result can be sent, or is a refusal. */
#ifndef RPC_CHANNEL_PREPARE_H
#define RPC_CHANNEL_PREPARE_H

#include "base/status.h"
#include "rpc/channel/core.h"

/** Checks and packs a request.
 * @param method     NULL: STATUS_METHOD_UNKNOWN.
 * @param options    May be NULL.
 * @param ret_call   Set on STATUS_OK only, as is ret_error otherwise. */
enum status channel_prepare(struct onsale_channel *channel, const struct onsale_method *method,
                            const struct channel_request *request,
                            const struct onsale_call_options *options,
                            struct channel_call **ret_call, struct onsale_error *ret_error);

#endif
