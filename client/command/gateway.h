/* gateway.h -- Calls by way of onsale-gateway: gRPC over HTTP/2, by libcurl. One call, one
 * connection.
 */
#ifndef CLIENT_COMMAND_GATEWAY_H
#define CLIENT_COMMAND_GATEWAY_H

#include "client/command/command.h"

/** A call, or a stream. */
struct gateway_call {
    const char *url;    /* "https://tickets.example:8443" */
    const char *method; /* "onsale.v1.QueueService/EnterQueue" */
    const ProtobufCMessage *request;
    const ProtobufCMessageDescriptor *response;
    bool is_stream;          /* any number of messages is an answer; else one */
    uint32_t timeout_ms;     /* 0: none, as for a stream */
    const char *authorities; /* files in PEM; NULL: the system's, or none */
    const char *certificate;
    const char *private_key;
    /** Takes each message of the answer. */
    void (*take)(struct run *run, const ProtobufCMessage *message);
};

/** Makes a call with the metadata of --header, and waits until it has ended.
 * @return False: run->error tells why. */
bool gateway_call(struct run *run, const struct gateway_call *call);

#endif
