#include "rpc/frame/frame_plain.h"

#include <string.h>

#include "base/limits.h"
#include "rpc/wire/utf8.h"
#include "rpc/wire/wire.h"

/* Field numbers of rpc.proto. */
enum { FRAME_CALLS = 1 };
enum { CALL_METHOD = 1, CALL_TIMEOUT_MS = 2, CALL_PAYLOAD = 4 };

/* The calls of a frame are often of one method: they then share its name. */
struct names {
    struct arena *arena;
    struct wire_reader bytes; /* of the one read last */
    char *name;               /* NULL: none was read yet */
};

static char *copy_name(struct wire_reader bytes, struct arena *arena)
{
    size_t size = wire_left(&bytes);
    if (size > METHOD_NAME_BYTES_MAX || !utf8_is_text(bytes.at, size)) return NULL;
    char *name = arena_alloc(arena, size + 1);
    if (name == NULL) return NULL;
    memcpy(name, bytes.at, size);
    name[size] = '\0';
    return name;
}

static char *read_name(struct wire_reader bytes, struct names *names)
{
    size_t size = wire_left(&bytes);
    if (names->name == NULL || size != wire_left(&names->bytes) ||
        memcmp(bytes.at, names->bytes.at, size) != 0) {
        names->name = copy_name(bytes, names->arena);
        names->bytes = bytes;
    }
    return names->name;
}

static bool read_field(struct wire_reader *reader, uint32_t field, enum wire_type type,
                       struct names *names, Onsale__Rpc__V1__Call *call)
{
    struct wire_reader bytes;
    uint64_t number;
    if (field == CALL_TIMEOUT_MS && type == WIRE_VARINT) {
        if (!wire_read_varint(reader, &number) || number > UINT32_MAX) return false;
        call->timeout_ms = (uint32_t)number;
        return true;
    }
    if (type != WIRE_BYTES || !wire_read_bytes(reader, &bytes)) return false;
    if (field == CALL_METHOD) return (call->method = read_name(bytes, names)) != NULL;
    if (field != CALL_PAYLOAD) return false;
    call->payload.data = (uint8_t *)bytes.at; /* nobody writes to a request */
    call->payload.len = wire_left(&bytes);
    return true;
}

static bool read_call(struct wire_reader reader, struct names *names, Onsale__Rpc__V1__Call *call)
{
    unsigned seen = 0;
    uint32_t field;
    enum wire_type type;
    onsale__rpc__v1__call__init(call);
    while (reader.at < reader.end) {
        if (!wire_read_tag(&reader, &field, &type) || field > CALL_PAYLOAD) return false;
        if ((seen & 1U << field) != 0) return false;
        seen |= 1U << field;
        if (!read_field(&reader, field, type, names, call)) return false;
    }
    return true;
}

static bool read_calls(struct wire_reader reader, struct arena *arena,
                       Onsale__Rpc__V1__RequestFrame *frame, Onsale__Rpc__V1__Call *calls)
{
    struct names names = {.arena = arena};
    struct wire_reader bytes;
    uint32_t field;
    enum wire_type type;
    for (size_t i = 0; i < frame->n_calls; i++) {
        if (!wire_read_tag(&reader, &field, &type) || field != FRAME_CALLS || type != WIRE_BYTES ||
            !wire_read_bytes(&reader, &bytes) || !read_call(bytes, &names, &calls[i]))
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
