/* error.h -- Fills the onsale_error of a failed call. */
#ifndef RPC_CHANNEL_ERROR_H
#define RPC_CHANNEL_ERROR_H

#include <stdbool.h>

#include "base/status.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "rpc/channel.h"

/** Fills an error of the channel's own making.
 * @param korean  Use the Korean text of the status in place of the message. */
__attribute__((format(printf, 4, 5))) void channel_error_set(struct onsale_error *error,
                                                             enum status status, bool korean,
                                                             const char *format, ...);

/** Fills an error with a refusal of the server: a result whose code is not 0. Text that is too long
 * is cut between characters, details that do not fit are left out. */
void channel_error_from_result(struct onsale_error *error, const Onsale__Rpc__V1__Result *result);

#endif
