/* http2_filter.h -- Takes out of what a peer sends the one mistake that honest clients make, and
 * counts what floods are made of.
 *
 * The C core of gRPC (C++, Python, Ruby; seen with 1.51) resets a stream that it has never opened
 * when a call ends before its headers were written, as deadlines do under load. By RFC 9113 that is
 * an error of the connection: nghttp2 ends it, and all other calls with it. Such a RST_STREAM says
 * nothing, so it is dropped before nghttp2 sees it.
 *
 * nghttp2 does not tell of all frames: of none that it does not know, of priorities, and of few of
 * streams that are closed. */
#ifndef GATEWAY_HTTP2_FILTER_H
#define GATEWAY_HTTP2_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTTP2_PREFACE_BYTES = 24, HTTP2_FRAME_HEAD_BYTES = 9 };

/** Begin with {0}. */
struct http2_filter {
    size_t preface_seen;
    uint8_t head[HTTP2_FRAME_HEAD_BYTES]; /* of a frame, as far as it has come */
    size_t head_size;
    size_t left; /* bytes of the frame that are to come */
    bool is_dropping;
    uint32_t last_stream; /* the greatest that was opened */
    size_t controls;      /* frames by which a peer makes work and asks for nothing, ever */
};

/** Takes bytes of a peer, the preface first.
 * @param pass  Given what remains, in order and in pieces that are as long as can be. Returning
 *              false ends it.
 * @return False if `pass` did. */
bool http2_filter_take(struct http2_filter *filter, const uint8_t *bytes, size_t size,
                       bool (*pass)(void *context, const uint8_t *bytes, size_t size),
                       void *context);

#endif
