#include "rpc/channel/wire.h"

#include <string.h>

#include "base/require.h"
#include "rpc/wire/wire.h"

/* Field numbers of rpc.proto. */
enum {
    FRAME_CALLS = 1,
    CALL_METHOD = 1,
    CALL_TIMEOUT_MS = 2,
    CALL_METADATA = 3,
    CALL_PAYLOAD = 4,
};

enum { HEAD_BYTES_MAX = 1 + 5 };

/* The packed Metadata that asks for Korean messages: key is field 1, value is field 2. */
static const char KOREAN[] = "\x0a\x0f"
                             "accept-language"
                             "\x12\x02"
                             "ko";
enum { KOREAN_BYTES = sizeof KOREAN - 1 };

size_t channel_wire_call_size(const char *method, size_t payload_size, bool korean)
{
    return wire_bytes_field_size(strlen(method)) +
           (korean ? wire_bytes_field_size(KOREAN_BYTES) : 0) + wire_bytes_field_size(payload_size);
}

static uint8_t *put_bytes(uint8_t *to, unsigned field, const void *bytes, size_t size)
{
    to = wire_put_bytes_head(to, field, size);
    memcpy(to, bytes, size);
    return to + size;
}

uint8_t *channel_wire_call_write(uint8_t *to, const char *method, size_t payload_size, bool korean)
{
    to = put_bytes(to, CALL_METHOD, method, strlen(method));
    if (korean) to = put_bytes(to, CALL_METADATA, KOREAN, KOREAN_BYTES);
    return wire_put_bytes_head(to, CALL_PAYLOAD, payload_size);
}

size_t channel_wire_in_frame_size_max(size_t call_size)
{
    return 2 * HEAD_BYTES_MAX + call_size;
}

/* The method is the first field of a call. */
static size_t method_field_size(const uint8_t *call, size_t call_size)
{
    struct wire_reader reader = {call + 1, call + call_size};
    struct wire_reader name;
    bool is_there = wire_read_bytes(&reader, &name);
    REQUIRE(is_there);
    return (size_t)(reader.at - call);
}

/* The timeout goes where its number belongs: in this order a server reads the fastest. */
uint8_t *channel_wire_in_frame_write(uint8_t *to, const uint8_t *call, size_t call_size,
                                     uint32_t timeout_ms)
{
    to = wire_put_bytes_head(to, FRAME_CALLS, wire_varint_field_size(timeout_ms) + call_size);
    size_t before = method_field_size(call, call_size);
    to = mempcpy(to, call, before);
    to = wire_put_varint_field(to, CALL_TIMEOUT_MS, timeout_ms);
    return mempcpy(to, call + before, call_size - before);
}
