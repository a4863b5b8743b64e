/* options.h -- Reads the caller's options, whose struct may be older or newer than this library. */
#ifndef RPC_CHANNEL_OPTIONS_H
#define RPC_CHANNEL_OPTIONS_H

#include <stdbool.h>

#include "base/status.h"
#include "rpc/channel.h"

/** @param ret_options  Set if true is returned: fields that the caller does not know are 0.
 * @return False if the caller has set one that we don't know, or `size` is none. */
bool channel_options_read(const struct onsale_channel_options *given,
                          struct onsale_channel_options *ret_options);

/** As channel_options_read. @param given  NULL: all are 0. */
bool channel_call_options_read(const struct onsale_call_options *given,
                               struct onsale_call_options *ret_options);

/** When a call's time is up.
 * @param timeout_ms       The channel's, for a call that has neither.
 * @param ret_deadline_ms  Set on STATUS_OK only; later than now.
 * @return STATUS_OK; STATUS_TIMEOUT_INVALID; STATUS_DEADLINE_EXCEEDED if it has come already. */
enum status channel_call_options_deadline(const struct onsale_call_options *options,
                                          uint32_t timeout_ms, int64_t now_ms,
                                          int64_t *ret_deadline_ms);

#endif
