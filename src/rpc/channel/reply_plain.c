#include "rpc/channel/reply_plain.h"

#include "rpc/wire/wire.h"

/* Field numbers of rpc.proto. */
enum { FRAME_RESULTS = 1, FRAME_SERVER_TIME_MS = 2 };
enum { RESULT_PAYLOAD = 6 };

/* A payload and nothing else, or nothing at all: an empty response. */
static bool read_result(struct wire_reader reader, Onsale__Rpc__V1__Result *result)
{
    struct wire_reader payload;
    uint32_t field;
    enum wire_type type;
    onsale__rpc__v1__result__init(result);
    if (reader.at == reader.end) return true;
    if (!wire_read_tag(&reader, &field, &type) || field != RESULT_PAYLOAD || type != WIRE_BYTES ||
        !wire_read_bytes(&reader, &payload))
        return false;
    result->payload.data = (uint8_t *)payload.at; /* nobody writes to a reply */
    result->payload.len = (size_t)(payload.end - payload.at);
    return reader.at == reader.end;
}

static bool read_results(struct wire_reader *reader, Onsale__Rpc__V1__ReplyFrame *reply,
                         Onsale__Rpc__V1__Result *results)
{
    struct wire_reader bytes;
    uint32_t field;
    enum wire_type type;
    for (size_t i = 0; i < reply->n_results; i++) {
        if (!wire_read_tag(reader, &field, &type) || field != FRAME_RESULTS || type != WIRE_BYTES ||
            !wire_read_bytes(reader, &bytes) || !read_result(bytes, &results[i]))
            return false;
        reply->results[i] = &results[i];
    }
    return true;
}

static bool read_time(struct wire_reader *reader, int64_t *ret_time_ms)
{
    uint32_t field;
    enum wire_type type;
    uint64_t time_ms;
    if (!wire_read_tag(reader, &field, &type) || field != FRAME_SERVER_TIME_MS ||
        type != WIRE_VARINT || !wire_read_varint(reader, &time_ms))
        return false;
    *ret_time_ms = (int64_t)time_ms;
    return reader->at == reader->end;
}

bool reply_read_plain(const uint8_t *bytes, size_t size, size_t results_count, struct arena *arena,
                      const Onsale__Rpc__V1__ReplyFrame **ret_reply)
{
    Onsale__Rpc__V1__ReplyFrame *reply = arena_alloc(arena, sizeof *reply);
    Onsale__Rpc__V1__Result *results = arena_alloc(arena, results_count * sizeof *results);
    if (reply == NULL || results == NULL) return false;
    onsale__rpc__v1__reply_frame__init(reply);
    reply->n_results = results_count;
    reply->results = arena_alloc(arena, results_count * sizeof(Onsale__Rpc__V1__Result *));
    if (reply->results == NULL) return false;
    struct wire_reader reader = {bytes, bytes + size};
    if (!read_results(&reader, reply, results) || !read_time(&reader, &reply->server_time_ms))
        return false;
    *ret_reply = reply;
    return true;
}
