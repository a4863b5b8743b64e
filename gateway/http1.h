/* http1.h -- Inside HTTP/1.1: a connection's requests, one after the other. */
#ifndef GATEWAY_HTTP1_H
#define GATEWAY_HTTP1_H

#include "gateway/buffer.h"
#include "gateway/connection.h"
#include "gateway/exchange.h"
#include "gateway/http1_head.h"

enum http1_phase {
    HTTP1_HEAD,     /* a request is to come, or comes */
    HTTP1_BODY,     /* its body comes */
    HTTP1_ANSWER,   /* the handler has it */
    HTTP1_ANSWERED, /* the next one may be looked at */
    HTTP1_OVER,     /* there is none: the connection ends */
};

struct http1 {
    struct exchange exchange; /* the first member */
    struct connection *connection;
    struct buffer answer;
    size_t answer_owed;
    bool is_chunked;
    bool is_cut; /* its peer does not read */
    bool is_draining;
    enum http1_phase phase;
    int64_t phase_ms; /* since when; of HTTP1_HEAD: since its first byte, or since it is idle */
    struct buffer in;
    size_t looked_at; /* bytes of it in which the end of a head was looked for */
    struct arena arena;
    struct http1_head head;
    struct buffer body;
    size_t body_paid; /* bytes of the memory share */
};

/** How answers are written. */
extern const struct exchange_protocol http1_exchange;

/** Answers what is no request, and ends the connection. */
void http1_refuse(struct http1 *http1, unsigned status);

#endif
