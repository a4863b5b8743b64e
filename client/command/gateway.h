/* gateway.h -- Calls by way of onsale-gateway: gRPC over HTTP/2, by libcurl. One call, one
 * connection.
 */
#ifndef CLIENT_COMMAND_GATEWAY_H
#define CLIENT_COMMAND_GATEWAY_H

#include "client/command/command.h"

/** A call, or a stream. */
struct gateway_call {
    const char *method; /* "onsale.v1.QueueService/EnterQueue" */
    const ProtobufCMessage *request;
    const ProtobufCMessageDescriptor *response;
    bool is_stream;      /* any number of messages is an answer; else one */
    uint32_t timeout_ms; /* 0: none, as for a stream */
    /** Takes each message of the answer. */
    void (*take)(struct run *run, const ProtobufCMessage *message);
};

/** Makes a call with the metadata of --header, at --gateway with its files, and waits until it has
 * ended.
 * @return False: run->error tells why. */
bool gateway_call(struct run *run, const struct gateway_call *call);

#endif
