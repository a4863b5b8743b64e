#include "gateway/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { GROUP_BYTES = 3, GROUP_DIGITS = 4, DIGIT_BITS = 6, DIGIT_MASK = 63 };

/* @param size  1..GROUP_BYTES bytes of the group. @return Behind the last digit. */
static char *encode_group(char *at, const uint8_t *bytes, size_t size, bool is_padded)
{
    unsigned value = (unsigned)bytes[0] << 16;
    if (size > 1) value |= (unsigned)bytes[1] << 8;
    if (size > 2) value |= bytes[2];
    for (size_t i = 0; i < GROUP_DIGITS; i++) {
        unsigned shift = DIGIT_BITS * (unsigned)(GROUP_DIGITS - 1 - i);
        if (i <= size)
            *at++ = digits[value >> shift & DIGIT_MASK];
        else if (is_padded)
            *at++ = '=';
    }
    return at;
}

char *base64_encode(struct arena *arena, const uint8_t *bytes, size_t size, bool is_padded)
{
    char *text = arena_alloc(arena, (size + GROUP_BYTES - 1) / GROUP_BYTES * GROUP_DIGITS + 1);
    char *at = text;
    if (text == NULL) return NULL;
    for (size_t i = 0; i < size; i += GROUP_BYTES) {
        size_t left = size - i < GROUP_BYTES ? size - i : GROUP_BYTES;
        at = encode_group(at, bytes + i, left, is_padded);
    }
    *at = '\0';
    return text;
}
