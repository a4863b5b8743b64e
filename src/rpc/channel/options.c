#include "rpc/channel/options.h"

#include <stdint.h>
#include <string.h>

/* What the structs end with in version 0.2, whose callers may say so by a size of 0. These stay as
 * they are when fields are added. */
#define END_OF(type, field) (offsetof(struct type, field) + sizeof(((struct type *)0)->field))
#define CHANNEL_OPTIONS_0_2 END_OF(onsale_channel_options, read_from)
#define CALL_OPTIONS_0_2 END_OF(onsale_call_options, metadata)

_Static_assert(offsetof(struct onsale_channel_options, size) == 0, "every version begins so");
_Static_assert(offsetof(struct onsale_call_options, size) == 0, "every version begins so");

/* Far more than any version will have: a larger size was never set. */
enum { OPTIONS_BYTES_MAX = 4096 };

static bool read_options(const void *given, size_t first_size, void *ret_options, size_t our_size)
{
    const uint8_t *bytes = given;
    size_t size;
    memcpy(&size, given, sizeof size);
    if (size == 0) size = first_size;
    if (size < first_size || size > OPTIONS_BYTES_MAX) return false;
    for (size_t i = our_size; i < size; i++)
        if (bytes[i] != 0) return false;
    memset(ret_options, 0, our_size);
    memcpy(ret_options, given, size < our_size ? size : our_size);
    return true;
}

bool channel_options_read(const struct onsale_channel_options *given,
                          struct onsale_channel_options *ret_options)
{
    return read_options(given, CHANNEL_OPTIONS_0_2, ret_options, sizeof *ret_options);
}

bool channel_call_options_read(const struct onsale_call_options *given,
                               struct onsale_call_options *ret_options)
{
    static const struct onsale_call_options none;
    return read_options(given == NULL ? &none : given, CALL_OPTIONS_0_2, ret_options,
                        sizeof *ret_options);
}

enum status channel_call_options_deadline(const struct onsale_call_options *options,
                                          uint32_t timeout_ms, int64_t now_ms,
                                          int64_t *ret_deadline_ms)
{
    if (options->timeout_ms > ONSALE_TIMEOUT_MS_MAX) return STATUS_TIMEOUT_INVALID;
    bool has_deadline = options->deadline_ms != 0;
    if (has_deadline && options->deadline_ms <= now_ms) return STATUS_DEADLINE_EXCEEDED;
    if (options->timeout_ms != 0) timeout_ms = options->timeout_ms;
    if (has_deadline && options->timeout_ms == 0) timeout_ms = ONSALE_TIMEOUT_MS_MAX;
    int64_t moment_ms = now_ms + timeout_ms;
    bool is_sooner = has_deadline && options->deadline_ms < moment_ms;
    *ret_deadline_ms = is_sooner ? options->deadline_ms : moment_ms;
    return STATUS_OK;
}
