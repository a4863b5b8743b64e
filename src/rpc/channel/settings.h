/* settings.h -- The options of a channel: their ranges and defaults. */
#ifndef RPC_CHANNEL_SETTINGS_H
#define RPC_CHANNEL_SETTINGS_H

#include "rpc/channel/core.h"

/** @return The name of an option that is out of its range; NULL if none is. */
const char *channel_settings_find_bad(const struct onsale_channel_options *options);

/** Sets what the options say of a zeroed channel, which has no servers yet.
 * @param options  None is out of its range. */
void channel_settings_apply(const struct onsale_channel_options *options,
                            struct onsale_channel *channel);

/** How many connections there may be to a server. */
size_t channel_settings_connections(const struct onsale_channel *channel);

#endif
