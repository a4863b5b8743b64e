/* route.h -- The calls of one route: those that wait, rest, or are under way. */
#ifndef RPC_CHANNEL_ROUTE_H
#define RPC_CHANNEL_ROUTE_H

#include "base/status.h"
#include "rpc/channel/core.h"

/** What a route is like; see struct channel_route. */
struct channel_route_options {
    const char *option_name;
    size_t frame_bytes_max;
    size_t calls_per_frame;
    size_t lanes_ready;
    size_t lanes_max;
    size_t lanes_per_link;
    bool may_be_slow;
};

/** The route of a method's calls. */
struct channel_route *channel_route_of(struct onsale_channel *channel,
                                       const struct onsale_method *method);

/** Makes a route without lanes: calls may wait in it. */
void channel_route_init(struct channel_route *route, struct onsale_channel *channel,
                        const struct channel_route_options *options);

/** Opens the first lane, if there is a url. The first call has it connect.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID if the url is none; STATUS_OUT_OF_MEMORY. */
enum status channel_route_open(struct channel_route *route, const char *url);

/** When the channel is idle and closing, opened or not. */
void channel_route_close(struct channel_route *route);

/** Lets a call wait, and sends it if a lane is free. After it the channel may be gone. */
void channel_route_start(struct channel_route *route, struct channel_call *call);

/** Lets a call that was refused before it was sent end on the timer's thread. */
void channel_route_start_refused(struct channel_route *route, struct channel_call *call);

/** Sets a call aside until rests_until_ms, or until its deadline. Under the mutex. */
void channel_route_rest(struct channel_route *route, struct channel_call *call);

/** Whether one of its links is up. Under the mutex. */
bool channel_route_is_connected(const struct channel_route *route);

/** When its connections need the timer: to be given up, to be asked again after a refusal, or to
 * find out why there are none. Under the mutex. */
int64_t channel_route_due(const struct channel_route *route, int64_t now_ms);

/** A frame was answered: `refused_with` is STATUS_OK unless the server was unavailable to calls
 * that are to be repeated. The route then rests before it asks again, and with one call a frame, so
 * that a server that refuses is asked no more often the more calls there are. Under the mutex. */
void channel_route_note_reply(struct channel_route *route, enum status refused_with,
                              int64_t retry_at_ms, int64_t now_ms);

/** Has free lanes send what waits. */
void channel_route_work(struct channel_route *route);

/** Moves what has rested to what waits, and calls whose time is up to `ended`; all if the channel
 * is closing. Under the mutex.
 * @return When something is due next; CHANNEL_NEVER if nothing is. */
int64_t channel_route_collect(struct channel_route *route, int64_t now_ms,
                              struct channel_call_list *ended);

#endif
