#include "gateway/buffer.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"

enum { ROOM_MIN = 256 };

void buffer_init(struct buffer *buffer, size_t bytes_max)
{
    *buffer = (struct buffer){.bytes_max = bytes_max};
}

void buffer_deinit(struct buffer *buffer)
{
    free(buffer->bytes);
    buffer_init(buffer, buffer->bytes_max);
}

void buffer_reset(struct buffer *buffer, size_t kept_max)
{
    buffer->first = buffer->end = 0;
    if (buffer->room > kept_max) buffer_deinit(buffer);
}

size_t buffer_size(const struct buffer *buffer)
{
    return buffer->end - buffer->first;
}

const uint8_t *buffer_at(const struct buffer *buffer)
{
    return buffer->bytes == NULL ? NULL : buffer->bytes + buffer->first;
}

/* Moves what is in it to the beginning, and doubles the room if that does not do. */
static bool make_room(struct buffer *buffer, size_t size)
{
    size_t held = buffer_size(buffer);
    if (buffer->first > 0) memmove(buffer->bytes, buffer->bytes + buffer->first, held);
    buffer->first = 0;
    buffer->end = held;
    if (size <= buffer->room - held) return true;
    size_t room = buffer->room < ROOM_MIN ? ROOM_MIN : buffer->room * 2;
    if (room < held + size) room = held + size;
    uint8_t *bytes = realloc(buffer->bytes, room);
    if (bytes == NULL) return false;
    buffer->bytes = bytes;
    buffer->room = room;
    return true;
}

bool buffer_add(struct buffer *buffer, const void *bytes, size_t size)
{
    if (size == 0) return true;
    if (size > buffer->bytes_max - buffer_size(buffer)) return false;
    if (size > buffer->room - buffer->end && !make_room(buffer, size)) return false;
    memcpy(buffer->bytes + buffer->end, bytes, size);
    buffer->end += size;
    return true;
}

void buffer_take(struct buffer *buffer, size_t size)
{
    REQUIRE(size <= buffer_size(buffer));
    buffer->first += size;
    if (buffer->first == buffer->end) buffer->first = buffer->end = 0;
}

/* Each keeps its maximum. */
static void exchange_bytes(struct buffer *a, struct buffer *b)
{
    struct buffer a_before = *a;
    *a = *b;
    a->bytes_max = a_before.bytes_max;
    a_before.bytes_max = b->bytes_max;
    *b = a_before;
}

bool buffer_move(struct buffer *from, struct buffer *to, size_t size)
{
    REQUIRE(size <= buffer_size(from));
    if (size > to->bytes_max - buffer_size(to)) return false;
    if (size == buffer_size(from) && buffer_size(to) == 0) {
        exchange_bytes(from, to);
        return true;
    }
    if (!buffer_add(to, buffer_at(from), size)) return false;
    buffer_take(from, size);
    return true;
}
