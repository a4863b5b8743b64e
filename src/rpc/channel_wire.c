#include "rpc/channel_wire.h"

#include <string.h>

/* A tag is the field's number << 3 | its wire type: 0 is a varint, 2 is bytes after their length. */
enum {
    FRAME_CALLS = 1 << 3 | 2,
    CALL_METHOD = 1 << 3 | 2,
    CALL_TIMEOUT_MS = 2 << 3 | 0,
    CALL_METADATA = 3 << 3 | 2,
    CALL_PAYLOAD = 4 << 3 | 2,
    METADATA_KEY = 1 << 3 | 2,
    METADATA_VALUE = 2 << 3 | 2,
};

enum { TAG_BYTES = 1, VARINT32_BYTES_MAX = 5 };

/* The metadata accept-language: ko. */
static const uint8_t KOREAN[] = {
    CALL_METADATA, 21, METADATA_KEY, 15,  'a', 'c', 'c', 'e', 'p', 't', '-',
    'l',           'a', 'n',         'g', 'u', 'a', 'g', 'e', METADATA_VALUE, 2, 'k', 'o',
};

static size_t varint_size(size_t value)
{
    size_t size = 1;
    for (; value >= 0x80; value >>= 7)
        size++;
    return size;
}

static uint8_t *varint_write(uint8_t *to, size_t value)
{
    for (; value >= 0x80; value >>= 7)
        *to++ = (uint8_t)(value | 0x80);
    *to++ = (uint8_t)value;
    return to;
}

static uint8_t *tag_write(uint8_t *to, uint8_t tag, size_t value)
{
    *to++ = tag;
    return varint_write(to, value);
}

static size_t bytes_field_size(size_t size)
{
    return TAG_BYTES + varint_size(size) + size;
}

size_t channel_wire_call_size(const char *method, size_t payload_size, bool korean)
{
    return bytes_field_size(strlen(method)) + (korean ? sizeof KOREAN : 0) +
           bytes_field_size(payload_size);
}

uint8_t *channel_wire_call_write(uint8_t *to, const char *method, size_t payload_size, bool korean)
{
    size_t method_size = strlen(method);
    to = tag_write(to, CALL_METHOD, method_size);
    to = (uint8_t *)memcpy(to, method, method_size) + method_size;
    if (korean)
        to = (uint8_t *)memcpy(to, KOREAN, sizeof KOREAN) + sizeof KOREAN;
    return tag_write(to, CALL_PAYLOAD, payload_size);
}

size_t channel_wire_in_frame_size_max(size_t call_size)
{
    return 2 * (TAG_BYTES + VARINT32_BYTES_MAX) + call_size;
}

uint8_t *channel_wire_in_frame_write(uint8_t *to, const uint8_t *call, size_t call_size,
                                     uint32_t timeout_ms)
{
    to = tag_write(to, FRAME_CALLS, TAG_BYTES + varint_size(timeout_ms) + call_size);
    to = tag_write(to, CALL_TIMEOUT_MS, timeout_ms);
    return (uint8_t *)memcpy(to, call, call_size) + call_size;
}
