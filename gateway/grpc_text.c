#include "gateway/grpc_text.h"

#include <string.h>

enum { TIMEOUT_DIGITS_MAX = 8, ESCAPE_BYTES = 3 };

struct timeout_unit {
    char letter;
    int64_t ns;
};

static const struct timeout_unit timeout_units[] = {
    {'H', INT64_C(3600000000000)},
    {'M', INT64_C(60000000000)},
    {'S', 1000000000},
    {'m', 1000000},
    {'u', 1000},
    {'n', 1},
};

enum { TIMEOUT_UNITS = sizeof timeout_units / sizeof timeout_units[0], NS_PER_MS = 1000000 };

static int64_t unit_ns(char letter)
{
    for (size_t i = 0; i < TIMEOUT_UNITS; i++)
        if (timeout_units[i].letter == letter) return timeout_units[i].ns;
    return 0;
}

/* 10^8 hours do not fit into nanoseconds. */
static int64_t round_up_to_ms(int64_t count, int64_t ns)
{
    if (ns >= NS_PER_MS) return count * (ns / NS_PER_MS);
    return (count * ns + NS_PER_MS - 1) / NS_PER_MS;
}

bool grpc_timeout_parse(const char *text, int64_t *ret_ms)
{
    size_t digits = strspn(text, "0123456789");
    int64_t count = 0;
    if (digits == 0 || digits > TIMEOUT_DIGITS_MAX || strlen(text) != digits + 1) return false;
    int64_t ns = unit_ns(text[digits]);
    if (ns == 0) return false;
    for (size_t i = 0; i < digits; i++)
        count = count * 10 + (text[i] - '0');
    *ret_ms = round_up_to_ms(count, ns);
    return true;
}

const char *grpc_message_escape(struct arena *arena, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    char *escaped = arena_alloc(arena, strlen(text) * ESCAPE_BYTES + 1);
    char *at = escaped;
    if (escaped == NULL) return NULL;
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte >= ' ' && byte <= '~' && byte != '%') {
            *at++ = (char)byte;
        } else {
            *at++ = '%';
            *at++ = digits[byte >> 4];
            *at++ = digits[byte & 15];
        }
    }
    *at = '\0';
    return escaped;
}
