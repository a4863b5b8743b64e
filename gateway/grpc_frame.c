#include "gateway/grpc_frame.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { GZIP_WINDOW_BITS = 15 + 16, ROOM_MIN = 4096 };

/* Doubles the room as long as there is more, so that a small bomb costs little. */
static enum grpc_frame grow(uint8_t **room, size_t *size, size_t size_max)
{
    if (*size == size_max) return GRPC_FRAME_TOO_LARGE;
    size_t larger = *size > size_max / 2 ? size_max : *size * 2;
    uint8_t *moved = realloc(*room, larger);
    if (moved == NULL) return GRPC_FRAME_OUT_OF_ROOM;
    *room = moved;
    *size = larger;
    return GRPC_FRAME_OK;
}

static enum grpc_frame inflate_into(z_stream *zip, uint8_t **room, size_t *size, size_t size_max)
{
    int outcome = Z_OK;
    while (outcome == Z_OK) {
        if (zip->total_out == *size) {
            enum grpc_frame grown = grow(room, size, size_max);
            if (grown != GRPC_FRAME_OK) return grown;
        }
        zip->next_out = *room + zip->total_out;
        zip->avail_out = (uInt)(*size - zip->total_out);
        outcome = inflate(zip, Z_NO_FLUSH);
    }
    return outcome == Z_STREAM_END && zip->avail_in == 0 ? GRPC_FRAME_OK : GRPC_FRAME_MALFORMED;
}

/* @param size_max  One more than a message may have, so that a full room is one too large. */
static enum grpc_frame gunzip(const uint8_t *bytes, size_t bytes_size, size_t size_max,
                              uint8_t **ret_room, size_t *ret_size)
{
    size_t size = ROOM_MIN < size_max ? ROOM_MIN : size_max;
    uint8_t *room = malloc(size);
    z_stream zip = {.next_in = (Bytef *)bytes, .avail_in = (uInt)bytes_size};
    if (room == NULL || inflateInit2(&zip, GZIP_WINDOW_BITS) != Z_OK) {
        free(room);
        return GRPC_FRAME_OUT_OF_ROOM;
    }
    enum grpc_frame outcome = inflate_into(&zip, &room, &size, size_max);
    if (outcome == GRPC_FRAME_OK && zip.total_out == size_max) outcome = GRPC_FRAME_TOO_LARGE;
    if (outcome == GRPC_FRAME_OK) {
        *ret_room = room;
        *ret_size = zip.total_out;
    } else {
        free(room);
    }
    inflateEnd(&zip);
    return outcome;
}

static size_t length_of(const uint8_t *prefix)
{
    return (size_t)prefix[1] << 24 | (size_t)prefix[2] << 16 | (size_t)prefix[3] << 8 | prefix[4];
}

enum grpc_frame grpc_frame_take(const uint8_t *body, size_t body_size, const char *encoding,
                                size_t message_max, const uint8_t **ret_message,
                                size_t *ret_message_size, uint8_t **ret_unpacked, size_t *ret_taken)
{
    if (body_size < GRPC_PREFIX_BYTES || body[0] > 1) return GRPC_FRAME_MALFORMED;
    size_t size = length_of(body);
    if (size > body_size - GRPC_PREFIX_BYTES) return GRPC_FRAME_MALFORMED;
    const uint8_t *message = body + GRPC_PREFIX_BYTES;
    uint8_t *unpacked = NULL;
    size_t taken = GRPC_PREFIX_BYTES + size;
    if (body[0] == 1) {
        if (encoding == NULL || strcmp(encoding, "identity") == 0) return GRPC_FRAME_MALFORMED;
        if (strcmp(encoding, "gzip") != 0) return GRPC_FRAME_ENCODED;
        enum grpc_frame outcome = gunzip(message, size, message_max + 1, &unpacked, &size);
        if (outcome != GRPC_FRAME_OK) return outcome;
        message = unpacked;
    }
    *ret_message = message;
    *ret_message_size = size;
    *ret_unpacked = unpacked;
    *ret_taken = taken;
    return GRPC_FRAME_OK;
}

void grpc_frame_begin(uint8_t ret_prefix[GRPC_PREFIX_BYTES], size_t message_size)
{
    ret_prefix[0] = 0;
    for (size_t i = 1; i < GRPC_PREFIX_BYTES; i++)
        ret_prefix[i] = (uint8_t)(message_size >> 8 * (GRPC_PREFIX_BYTES - 1 - i));
}
