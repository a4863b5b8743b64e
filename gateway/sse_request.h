/* sse_request.h -- What a request for a stream of events asks for. Pure. */
#ifndef GATEWAY_SSE_REQUEST_H
#define GATEWAY_SSE_REQUEST_H

#include "gateway/exchange.h"
#include "gateway/subscriptions.h"

enum { SSE_TOKEN_BYTES_MAX = 48, SSE_ID_BYTES = 48 };

struct sse_request {
    enum news_kind kind;
    uint32_t id; /* of the performance or concert */
    size_t token_size;
    uint8_t token[SSE_TOKEN_BYTES_MAX];
    char last_id[SSE_ID_BYTES]; /* Last-Event-ID; "": none, or none of ours */
};

/** Reads it.
 * @return STATUS_OK; STATUS_METHOD_UNKNOWN: there is no such stream; STATUS_ARGUMENT_INVALID: the
 * id is no number; STATUS_TOKEN_UNKNOWN: the token is no base64, or too long. */
enum status sse_request_read(const struct request *request, struct sse_request *ret_request);

/** A version of news as an id, and back. @return 0 for what is none. */
void sse_id_write(enum news_kind kind, uint64_t version, char ret_id[SSE_ID_BYTES]);
uint64_t sse_id_read(enum news_kind kind, const char *id);

#endif
