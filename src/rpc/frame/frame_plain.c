#include "rpc/frame/frame_plain.h"

#include "base/limits.h"
#include "rpc/wire/wire.h"

/* Field numbers of rpc.proto. */
enum { FRAME_CALLS = 1 };
enum { CALL_METHOD = 1, CALL_TIMEOUT_MS = 2, CALL_PAYLOAD = 4 };

/* Printable ASCII only, copied with a NUL behind it. */
static bool read_name(struct wire_reader bytes, struct arena *arena, char **ret_name)
{
    size_t size = (size_t)(bytes.end - bytes.at);
    if (size > METHOD_NAME_BYTES_MAX) return false;
    char *name = arena_alloc(arena, size + 1);
    if (name == NULL) return false;
    for (size_t i = 0; i < size; i++) {
        if (bytes.at[i] < ' ' || bytes.at[i] > '~') return false;
        name[i] = (char)bytes.at[i];
    }
    name[size] = '\0';
    *ret_name = name;
    return true;
}

static bool read_field(struct wire_reader *reader, uint32_t field, enum wire_type type,
                       struct arena *arena, Onsale__Rpc__V1__Call *call)
{
    struct wire_reader bytes;
    uint64_t number;
    if (field == CALL_TIMEOUT_MS && type == WIRE_VARINT) {
        if (!wire_read_varint(reader, &number) || number > UINT32_MAX) return false;
        call->timeout_ms = (uint32_t)number;
        return true;
    }
    if (type != WIRE_BYTES || !wire_read_bytes(reader, &bytes)) return false;
    if (field == CALL_METHOD) return read_name(bytes, arena, &call->method);
    if (field != CALL_PAYLOAD) return false;
    call->payload.data = (uint8_t *)bytes.at; /* nobody writes to a request */
    call->payload.len = (size_t)(bytes.end - bytes.at);
    return true;
}

static bool read_call(struct wire_reader reader, struct arena *arena, Onsale__Rpc__V1__Call *call)
{
    unsigned seen = 0;
    uint32_t field;
    enum wire_type type;
    onsale__rpc__v1__call__init(call);
    while (reader.at < reader.end) {
        if (!wire_read_tag(&reader, &field, &type) || field > CALL_PAYLOAD) return false;
        if ((seen & 1U << field) != 0) return false;
        seen |= 1U << field;
        if (!read_field(&reader, field, type, arena, call)) return false;
    }
    return true;
}

static bool read_calls(struct wire_reader reader, struct arena *arena,
                       Onsale__Rpc__V1__RequestFrame *frame, Onsale__Rpc__V1__Call *calls)
{
    struct wire_reader bytes;
    uint32_t field;
    enum wire_type type;
    for (size_t i = 0; i < frame->n_calls; i++) {
        if (!wire_read_tag(&reader, &field, &type) || field != FRAME_CALLS || type != WIRE_BYTES ||
            !wire_read_bytes(&reader, &bytes) || !read_call(bytes, arena, &calls[i]))
            return false;
        frame->calls[i] = &calls[i];
    }
    return reader.at == reader.end;
}

bool frame_read_plain(const uint8_t *bytes, size_t size, size_t calls_count, struct arena *arena,
                      const Onsale__Rpc__V1__RequestFrame **ret_request)
{
    Onsale__Rpc__V1__RequestFrame *frame = arena_alloc(arena, sizeof *frame);
    Onsale__Rpc__V1__Call *calls = arena_alloc(arena, calls_count * sizeof *calls);
    if (frame == NULL || calls == NULL) return false;
    onsale__rpc__v1__request_frame__init(frame);
    frame->n_calls = calls_count;
    frame->calls = arena_alloc(arena, calls_count * sizeof(Onsale__Rpc__V1__Call *));
    if (frame->calls == NULL) return false;
    struct wire_reader reader = {bytes, bytes + size};
    if (!read_calls(reader, arena, frame, calls)) return false;
    *ret_request = frame;
    return true;
}
