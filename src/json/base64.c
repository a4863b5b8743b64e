#include "json/base64.h"

size_t base64_length(size_t size)
{
    return (size + 2) / 3 * 4;
}

void base64_write(const uint8_t *bytes, size_t size, char *ret_text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *to = ret_text;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        unsigned group = (unsigned)bytes[i] << 16;
        if (left > 1) group |= (unsigned)bytes[i + 1] << 8;
        if (left > 2) group |= bytes[i + 2];
        *to++ = digits[group >> 18];
        *to++ = digits[group >> 12 & 63];
        *to++ = left > 1 ? digits[group >> 6 & 63] : '=';
        *to++ = left > 2 ? digits[group & 63] : '=';
    }
}

size_t base64_size_max(size_t length)
{
    return length / 4 * 3 + 2;
}

/* @return 0..63, or -1. */
static int value_of(char digit)
{
    if (digit >= 'A' && digit <= 'Z') return digit - 'A';
    if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9') return digit - '0' + 52;
    if (digit == '+' || digit == '-') return 62;
    if (digit == '/' || digit == '_') return 63;
    return -1;
}

/* Without the padding; that must make it whole groups of four. */
static bool strip_padding(const char *text, size_t *length)
{
    size_t padded = *length;
    size_t bare = padded;
    while (bare > 0 && padded - bare < 2 && text[bare - 1] == '=')
        bare--;
    *length = bare;
    return bare == padded || padded % 4 == 0;
}

bool base64_read(const char *text, size_t length, uint8_t *ret_bytes, size_t *ret_size)
{
    unsigned bits = 0, bits_count = 0;
    size_t size = 0;
    if (!strip_padding(text, &length) || length % 4 == 1) return false;
    for (size_t i = 0; i < length; i++) {
        int value = value_of(text[i]);
        if (value < 0) return false;
        bits = (bits << 6 | (unsigned)value) & 0xffff;
        bits_count += 6;
        if (bits_count < 8) continue;
        bits_count -= 8;
        ret_bytes[size++] = (uint8_t)(bits >> bits_count);
    }
    if ((bits & ((1U << bits_count) - 1)) != 0) return false;
    *ret_size = size;
    return true;
}
