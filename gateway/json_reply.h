/* json_reply.h -- Answers in JSON: messages, refusals, and the headers that go with them. */
#ifndef GATEWAY_JSON_REPLY_H
#define GATEWAY_JSON_REPLY_H

#include "gateway/exchange.h"
#include "gateway/json_refusal.h"
#include "gateway/origins.h"
#include "gateway/upstream.h"
#include "json/buffer.h"

enum { JSON_HEADERS_MAX = 16, JSON_HEADER_VALUE_BYTES = 64 };

/** Headers of an answer. Values are borrowed. */
struct json_headers {
    size_t count;
    struct header list[JSON_HEADERS_MAX];
};

void json_headers_add(struct json_headers *headers, const char *name, const char *value);

/** Adds what lets pages of other origins read the answer, if the request comes from one of these.
 */
void json_headers_add_cors(struct json_headers *headers, const struct request *request,
                           const struct origins *origins);

/** Answers with text that is JSON. A GET gets an ETag, or 304 if it has that already.
 * @param text  One that is cut is answered as REPLY_TOO_LARGE. */
void json_reply_text(struct exchange *exchange, const struct origins *origins,
                     const struct json_buffer *text);

/** Answers with what the server, or the channel to it, refused. */
void json_reply_error(struct exchange *exchange, const struct origins *origins,
                      const struct onsale_error *error);

/** Answers with a refusal that the server has, too. */
void json_reply_status(struct exchange *exchange, const struct origins *origins,
                       enum status status);

/** Answers with a refusal of the gateway's own.
 * @param allow  Verbs of the path, for 405. */
void json_reply_refusal(struct exchange *exchange, const struct origins *origins,
                        const struct json_refusal *refusal, const char *allow);

/** Answers OPTIONS: which verbs there are, and whether a page of another origin may use them. */
void json_reply_options(struct exchange *exchange, const struct origins *origins,
                        const char *allow);

#endif
