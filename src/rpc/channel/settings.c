#include "rpc/channel/settings.h"

#include <string.h>

#include "base/limits.h"
#include "base/url_list.h"
#include "rpc/channel/core.h"

enum {
    FRAMES_IN_FLIGHT_DEFAULT = 2,
    FRAMES_IN_A_RUSH = 4, /* while the calls of a full frame wait */
    FRAMES_IN_FLIGHT_MAX = 64,
    CALLS_PER_FRAME_DEFAULT = 256,
    WATCHES_DEFAULT = 64,
    WATCHES_MAX = 256,
    ATTEMPTS_MAX = 100,
    ATTEMPT_TIMEOUT_MS_DEFAULT = 1500,
    ATTEMPT_TIMEOUT_MS_OF_SEVERAL = 1000, /* by then another leads */
    /* A server takes only so many frames of one connection at once: stay clear of that. */
    WATCHES_PER_CONNECTION = FRAMES_IN_FLIGHT_PER_CONNECTION_MAX / 2,
};

_Static_assert((int)ONSALE_TIMEOUT_MS_MAX == (int)CALL_TIMEOUT_MS_MAX, "the server's limit");

/* A kind that is asked for has a socket of some server. */
static bool is_bad_list(const char *list, size_t servers_count)
{
    return list != NULL && (!url_list_has_any(list) || url_list_count(list) > servers_count);
}

const char *channel_settings_find_bad(const struct onsale_channel_options *options)
{
    size_t servers_count = url_list_count(options->url);
    if (servers_count == 0 || servers_count > CHANNEL_SERVERS_GIVEN_MAX) return "url";
    if (is_bad_list(options->watch_url, servers_count)) return "watch_url";
    if (is_bad_list(options->admin_url, servers_count)) return "admin_url";
    if (options->timeout_ms > ONSALE_TIMEOUT_MS_MAX) return "timeout_ms";
    if (options->frames_in_flight > FRAMES_IN_FLIGHT_MAX) return "frames_in_flight";
    if (options->calls_per_frame > CALLS_PER_FRAME_MAX) return "calls_per_frame";
    if (options->watches_in_flight > WATCHES_MAX) return "watches_in_flight";
    if (options->attempts_max > ATTEMPTS_MAX) return "attempts_max";
    if (options->attempt_timeout_ms > ONSALE_TIMEOUT_MS_MAX) return "attempt_timeout_ms";
    if (options->read_from > ONSALE_READ_FROM_NEAREST) return "read_from";
    return NULL;
}

static size_t or_default(uint32_t option, size_t value)
{
    return option == 0 ? value : option;
}

size_t channel_settings_connections(const struct onsale_channel *channel)
{
    size_t connections = 0;
    for (size_t i = 0; i < CHANNEL_ENDPOINTS; i++) {
        const struct channel_endpoint_options *kind = &channel->kinds[i];
        connections +=
            (kind->slots_max + kind->slots_per_connection - 1) / kind->slots_per_connection;
    }
    return connections;
}

static void apply_to_endpoints(const struct onsale_channel_options *options,
                               struct onsale_channel *channel)
{
    size_t frames = or_default(options->frames_in_flight, FRAMES_IN_FLIGHT_DEFAULT);
    size_t frames_max = options->frames_in_flight == 0 ? FRAMES_IN_A_RUSH : frames;
    size_t calls_per_frame = or_default(options->calls_per_frame, CALLS_PER_FRAME_DEFAULT);
    size_t watches = or_default(options->watches_in_flight, WATCHES_DEFAULT);
    const struct channel_endpoint_options kinds[CHANNEL_ENDPOINTS] = {
        [ONSALE_ENDPOINT_MAIN] = {"url", REQUEST_FRAME_BYTES_MAX, calls_per_frame, frames,
                                  frames_max, 1, false},
        [CHANNEL_ENDPOINT_READS] = {"url", REQUEST_FRAME_BYTES_MAX, calls_per_frame, frames,
                                    frames_max, 1, false},
        [ONSALE_ENDPOINT_WATCH] = {"watch_url", REQUEST_FRAME_BYTES_MAX, 1, watches, watches,
                                   WATCHES_PER_CONNECTION, false},
        [ONSALE_ENDPOINT_ADMIN] = {"admin_url", ADMIN_FRAME_BYTES_MAX, calls_per_frame, frames,
                                   frames_max, 1, true},
    };
    memcpy(channel->kinds, kinds, sizeof kinds);
    channel_budget_init(&channel->budget,
                        channel_settings_connections(channel) * url_list_count(options->url));
}

static size_t default_attempt_timeout_ms(const struct onsale_channel_options *options)
{
    return url_list_count(options->url) > 1 ? ATTEMPT_TIMEOUT_MS_OF_SEVERAL
                                            : ATTEMPT_TIMEOUT_MS_DEFAULT;
}

void channel_settings_apply(const struct onsale_channel_options *options,
                            struct onsale_channel *channel)
{
    channel->timeout_ms = (uint32_t)or_default(options->timeout_ms, ONSALE_TIMEOUT_MS_DEFAULT);
    channel->attempts_max = options->attempts_max;
    channel->attempt_timeout_ms =
        (uint32_t)or_default(options->attempt_timeout_ms, default_attempt_timeout_ms(options));
    channel->fail_fast = options->fail_fast;
    channel->korean = options->korean;
    channel->route.is_nearest = options->read_from == ONSALE_READ_FROM_NEAREST;
    apply_to_endpoints(options, channel);
}
