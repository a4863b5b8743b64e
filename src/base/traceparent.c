#include "base/traceparent.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"

/* "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01": version, trace, parent, flags. */
enum {
    VERSION_DIGITS = 2,
    TRACE_AT = 3,
    TRACE_DIGITS = 32,
    PARENT_AT = 36,
    PARENT_DIGITS = 16,
    FLAGS_AT = 53,
    FLAGS_DIGITS = 2,
    LENGTH = 55,
};

_Static_assert(TRACE_ID_TEXT_BYTES == TRACE_DIGITS + 1, "the digits of an id and a NUL");
_Static_assert(TRACEPARENT_TEXT_BYTES == LENGTH + 1, "all of it and a NUL");

/* @param at  Behind it there may be the end of the text at any place. */
static bool are_digits(const char *at, size_t count)
{
    return strspn(at, "0123456789abcdef") >= count;
}

static bool are_zeros(const char *at, size_t count)
{
    return strspn(at, "0") >= count;
}

static bool is_id(const char *at, size_t digits)
{
    return are_digits(at, digits) && !are_zeros(at, digits);
}

bool traceparent_read(const char *text, char ret_trace_id[TRACE_ID_TEXT_BYTES])
{
    if (text == NULL || strnlen(text, LENGTH) < LENGTH) return false;
    bool is_known = strncmp(text, "00", VERSION_DIGITS) == 0;
    bool is_valid = are_digits(text, VERSION_DIGITS) && strncmp(text, "ff", VERSION_DIGITS) != 0 &&
                    text[TRACE_AT - 1] == '-' && is_id(text + TRACE_AT, TRACE_DIGITS) &&
                    text[PARENT_AT - 1] == '-' && is_id(text + PARENT_AT, PARENT_DIGITS) &&
                    text[FLAGS_AT - 1] == '-' && are_digits(text + FLAGS_AT, FLAGS_DIGITS);
    bool ends = text[LENGTH] == '\0' || (!is_known && text[LENGTH] == '-');
    if (!is_valid || !ends) return false;
    memcpy(ret_trace_id, text + TRACE_AT, TRACE_DIGITS);
    ret_trace_id[TRACE_DIGITS] = '\0';
    return true;
}

void traceparent_make(const uint8_t id[TRACE_ID_BYTES], char ret_text[TRACEPARENT_TEXT_BYTES])
{
    enum { HALF = TRACE_ID_BYTES / 2 };
    char *at = ret_text;
    memcpy(at, "00-", TRACE_AT);
    at = hex_write(id, TRACE_ID_BYTES, at + TRACE_AT);
    *at++ = '-';
    at = hex_write(id + HALF, HALF, at);
    memcpy(at, "-00", sizeof "-00");
}
