/* connection.h -- Calls of commands that outlive a restart of the server: they wait for it to come
 * back, and say so on stderr.
 *
 * The first call fails like that of any command, unless the server was there before or --timeout
 * gives time to wait. */
#ifndef CLIENT_COMMAND_CONNECTION_H
#define CLIENT_COMMAND_CONNECTION_H

#include "client/command/command.h"

/** Zeroed but for `wait_ms`, nothing has been heard of the server yet. */
struct connection {
    uint32_t
        *wait_ms; /* of the request: 0 while the server is away, so that it is heard of at once */
    bool was_there;
    bool is_away;    /* and this was printed */
    int64_t away_ms; /* how long it has been waited for */
};

/** Makes a call of the command; while the server can't be reached, is stopping or gives no answer,
 * makes it again: for ever, or as long as --timeout says.
 * @param options  As of run_ask.
 * @return As run_ask. */
void *connection_call(struct connection *connection, struct run *run,
                      const ProtobufCMessage *request, const struct onsale_call_options *options);

#endif
