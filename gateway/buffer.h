/* buffer.h -- Bytes that come in at one end and go out at the other, up to a maximum. */
#ifndef GATEWAY_BUFFER_H
#define GATEWAY_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *bytes;
    size_t first; /* of those that are still in it */
    size_t end;   /* behind the last */
    size_t room;  /* allocated */
    size_t bytes_max;
};

/** Makes an empty buffer; it allocates when it is first filled. */
void buffer_init(struct buffer *buffer, size_t bytes_max);

/** Frees what it holds and empties it. */
void buffer_deinit(struct buffer *buffer);

/** Empties it. What it has allocated is kept up to `kept_max` bytes. */
void buffer_reset(struct buffer *buffer, size_t kept_max);

/** Bytes in it. */
size_t buffer_size(const struct buffer *buffer);

/** The first of them; valid until the buffer changes. NULL if it was never filled. */
const uint8_t *buffer_at(const struct buffer *buffer);

/** Adds a copy at the end. @return False, and adds nothing, beyond the maximum or without memory.
 */
bool buffer_add(struct buffer *buffer, const void *bytes, size_t size);

/** Moves the first bytes to the end of another; without a copy if they are all, and that is empty.
 * @param size  At most buffer_size(from).
 * @return As buffer_add. */
bool buffer_move(struct buffer *from, struct buffer *to, size_t size);

/** Takes bytes away from the beginning. @param size  At most buffer_size. */
void buffer_take(struct buffer *buffer, size_t size);

#endif
