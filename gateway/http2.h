/* http2.h -- Inside HTTP/2: the session of a connection and its streams.
 *
 * nghttp2 does the protocol. It is fed from connection.c and asked for what there is to send at the
 * end of a round: nothing is sent or freed in its callbacks. It tells nothing of its streams when a
 * session is deleted, hence a list of our own, whose streams are let go of first. */
#ifndef GATEWAY_HTTP2_H
#define GATEWAY_HTTP2_H

#include <nghttp2/nghttp2.h>

#include "gateway/buffer.h"
#include "gateway/connection.h"
#include "gateway/exchange.h"
#include "gateway/http2_filter.h"
#include "gateway/http_limits.h"

struct http2_session {
    struct connection *connection;
    nghttp2_session *session;
    struct http2_filter filter;
    struct http2_stream *streams; /* all that are open */
    size_t streams_count;
    struct http2_stream *spare; /* closed ones, for those to come */
    size_t spare_count;
    int64_t heard_ms;    /* when the peer sent something last */
    int64_t pinged_ms;   /* when it was asked whether it lives; 0: it has answered */
    int64_t used_ms;     /* when there was a stream last */
    int64_t controls_ms; /* the second in which were counted: */
    size_t controls;     /* frames that are not of requests */
    bool is_draining;    /* has said that it takes no more streams */
    int64_t drained_ms;  /* when it did */
    bool has_said_last;  /* and which one is the last */
};

struct http2_stream {
    struct exchange exchange; /* the first member */
    struct http2_session *session;
    int32_t id;
    struct http2_stream *previous, *next;
    struct arena arena;
    struct header headers[HTTP_HEADERS_MAX];
    size_t head_bytes;
    bool is_too_long;     /* the head */
    bool is_refused;      /* before it was whole */
    bool is_whole;        /* the request */
    bool is_deferred;     /* nghttp2 waits for more of the answer */
    int64_t lingering_ms; /* the whole answer was sent then, before the request was; 0: no */
    struct buffer body;
    size_t body_paid; /* bytes of the memory share */
    struct buffer answer;
    size_t answer_owed;
    const struct header *trailers; /* in the arena */
    size_t trailers_count;
    int64_t progress_ms; /* when the answer got on last */
};

/** How answers are written. */
extern const struct exchange_protocol http2_exchange;

/** @return NULL if there is no memory. */
struct http2_stream *http2_stream_open(struct http2_session *session, int32_t id);

/** Takes it out of the list. Its handler must have been let go of. */
void http2_stream_close(struct http2_stream *stream);

/** Frees the spare ones. */
void http2_streams_free(struct http2_session *session);

/** Takes a header of the request. @return False if there is no memory. */
bool http2_stream_add_header(struct http2_stream *stream, const uint8_t *name, size_t name_size,
                             const uint8_t *value, size_t value_size);

/** The headers are whole. */
void http2_stream_route(struct http2_stream *stream);

/** Takes some of the body. */
void http2_stream_add_body(struct http2_stream *stream, const uint8_t *bytes, size_t size);

/** The request is whole. */
void http2_stream_start(struct http2_stream *stream);

#endif
