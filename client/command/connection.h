/* connection.h -- For commands that go on: a server that goes away is waited for, and that is told
 * on stderr.
 *
 * The first call may be refused like that of any command: only a server that was there, or one that
 * --timeout says to wait for, is waited for. */
#ifndef CLIENT_COMMAND_CONNECTION_H
#define CLIENT_COMMAND_CONNECTION_H

#include "client/command/command.h"

/** Zeroed but for `wait_ms`, nothing has been heard of the server yet. */
struct connection {
    uint32_t
        *wait_ms; /* of the request: 0 while the server is away, so that it is heard of at once */
    bool was_there;
    bool is_away;    /* and this was told */
    int64_t away_ms; /* how long it has been waited for */
};

/** Makes a call of the command; while the server can't be reached, is stopping or gives no answer,
 * makes it again: for ever, or as long as --timeout says.
 * @param options     Of the call; NULL: the channel's.
 * @param ret_answer  Set on ONSALE_OK only, as onsale_channel_call does.
 * @return Otherwise what run->error tells. */
enum onsale_status connection_call(struct connection *connection, struct run *run,
                                   const ProtobufCMessage *request,
                                   const struct onsale_call_options *options,
                                   ProtobufCMessage **ret_answer);

#endif
