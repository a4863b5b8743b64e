/* gateway_answer.h -- What comes back of a call over gRPC: messages, and how it ended. */
#ifndef CLIENT_COMMAND_GATEWAY_ANSWER_H
#define CLIENT_COMMAND_GATEWAY_ANSWER_H

#include "client/command/gateway.h"

enum { GRPC_PREFIX_BYTES = 5, GRPC_MESSAGE_BYTES_MAX = 16 * 1024 * 1024 };

/** Zeroed but for the first two, nothing has come. */
struct gateway_answer {
    struct run *run;
    const struct gateway_call *call;
    uint8_t *bytes; /* of a message that is not whole */
    size_t size;
    size_t capacity;
    size_t messages;
    bool is_malformed;
    bool has_ended; /* with grpc-status: */
    int code;
    struct onsale_error error;
};

/** For libcurl: takes a header or a trailer, a part of the body. `answer` is a struct
 * gateway_answer. */
size_t gateway_answer_header(char *line, size_t one, size_t size, void *answer);
size_t gateway_answer_body(char *bytes, size_t one, size_t size, void *answer);

/** Says how it has ended, and frees what was kept.
 * @param http_status  0: there was no answer.
 * @return ONSALE_OK; SERVER_UNREACHABLE if no gRPC has come; or what the run's error tells. */
enum onsale_status gateway_answer_end(struct gateway_answer *answer, long http_status);

#endif
