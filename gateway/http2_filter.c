#include "gateway/http2_filter.h"

#include <string.h>

enum {
    TYPE_DATA = 0,
    TYPE_HEADERS = 1,
    TYPE_RST_STREAM = 3,
    TYPE_CONTINUATION = 9,
    FLAG_END_STREAM = 1,
    RST_STREAM_BYTES = 4,
    STREAM_ID_MASK = 0x7fffffff
};

/* What is left to be passed of the bytes at hand. */
struct passage {
    bool (*pass)(void *context, const uint8_t *bytes, size_t size);
    void *context;
    const uint8_t *from; /* of the piece that is being put together */
    const uint8_t *at;
    const uint8_t *end;
};

/* Ends the piece before `at`; the next one begins there. */
static bool pass_piece(struct passage *passage)
{
    size_t size = (size_t)(passage->at - passage->from);
    const uint8_t *piece = passage->from;
    passage->from = passage->at;
    return size == 0 || passage->pass(passage->context, piece, size);
}

static size_t skip(struct passage *passage, size_t wanted)
{
    size_t there = (size_t)(passage->end - passage->at);
    size_t skipped = there < wanted ? there : wanted;
    passage->at += skipped;
    return skipped;
}

static bool is_control(uint8_t type, uint8_t flags, size_t size)
{
    if (type == TYPE_DATA) return size == 0 && (flags & FLAG_END_STREAM) == 0;
    return type != TYPE_HEADERS && type != TYPE_CONTINUATION;
}

/* The head is whole: what kind of frame is it? */
static void begin_frame(struct http2_filter *filter)
{
    const uint8_t *head = filter->head;
    uint32_t stream =
        ((uint32_t)head[5] << 24 | (uint32_t)head[6] << 16 | (uint32_t)head[7] << 8 | head[8]) &
        STREAM_ID_MASK;
    filter->left = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
    filter->head_size = 0;
    if (head[3] == TYPE_HEADERS && stream > filter->last_stream) filter->last_stream = stream;
    filter->is_dropping = head[3] == TYPE_RST_STREAM && stream > filter->last_stream &&
                          stream % 2 == 1 && filter->left == RST_STREAM_BYTES;
    if (is_control(head[3], head[4], filter->left)) filter->controls++;
}

/* A head may come in parts: they are held back until it is known what it is. */
static bool take_head(struct http2_filter *filter, struct passage *passage)
{
    size_t held = filter->head_size;
    const uint8_t *first = passage->at;
    size_t taken = skip(passage, HTTP2_FRAME_HEAD_BYTES - held);
    memcpy(filter->head + held, first, taken);
    filter->head_size += taken;
    bool is_whole = filter->head_size == HTTP2_FRAME_HEAD_BYTES;
    if (is_whole) begin_frame(filter);
    if (is_whole && held == 0 && !filter->is_dropping) return true; /* part of the piece */
    const uint8_t *behind = passage->at;
    passage->at = first;
    bool goes_on = pass_piece(passage);
    passage->at = passage->from = behind;
    if (!goes_on || !is_whole || filter->is_dropping) return goes_on;
    return passage->pass(passage->context, filter->head, sizeof filter->head);
}

bool http2_filter_take(struct http2_filter *filter, const uint8_t *bytes, size_t size,
                       bool (*pass)(void *context, const uint8_t *bytes, size_t size),
                       void *context)
{
    struct passage passage = {pass, context, bytes, bytes, bytes + size};
    filter->preface_seen += skip(&passage, HTTP2_PREFACE_BYTES - filter->preface_seen);
    while (passage.at < passage.end) {
        if (filter->left == 0) {
            if (!take_head(filter, &passage)) return false;
            continue;
        }
        filter->left -= skip(&passage, filter->left);
        if (filter->is_dropping) passage.from = passage.at;
    }
    return pass_piece(&passage);
}
