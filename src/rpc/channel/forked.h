/* forked.h -- Detects a process that was forked after nng was used: nng would end such a process at
 * its next use. */
#ifndef RPC_CHANNEL_FORKED_H
#define RPC_CHANNEL_FORKED_H

#include <stdbool.h>

#include "rpc/channel.h"

/** Whether this process was forked from one that had opened a channel. Safe from any thread. */
bool channel_is_forked(void);

/** Before nng is used: processes that are forked from now on are known. */
void channel_forks_watch(void);

/** @param ret_error  Set; may be NULL. @return ONSALE_CHANNEL_FORKED. */
enum onsale_status channel_forked_refuse(struct onsale_error *ret_error);

#endif
