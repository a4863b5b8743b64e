#include "gateway/json_url.h"

#include <string.h>

#include "base/hex.h"

/* @return 1..255; 0 or less if there is no such byte. */
static int escaped_byte(const char *at, const char *end)
{
    uint8_t byte;
    return end - at >= 3 && hex_read(at + 1, 1, &byte) ? byte : 0;
}

bool url_decode(struct arena *arena, struct text_slice text, bool plus_is_blank,
                struct text_slice *ret_text)
{
    const char *end = text.bytes + text.size;
    char *decoded = arena_alloc(arena, text.size + 1);
    char *to = decoded;
    if (decoded == NULL) return false;
    for (const char *at = text.bytes; at < end; at++) {
        int byte = *at == '%' ? escaped_byte(at, end) : *at;
        if (*at == '%' && byte <= 0) return false;
        if (*at == '+' && plus_is_blank) byte = ' ';
        if (*at == '%') at += 2;
        *to++ = (char)byte;
    }
    *ret_text = (struct text_slice){decoded, (size_t)(to - decoded)};
    return true;
}

bool query_next(struct arena *arena, const char **query, struct query_pair *ret_pair, bool *ret_ok)
{
    const char *at = *query + strspn(*query, "&");
    if (*at == '\0') return false;
    size_t size = strcspn(at, "&");
    size_t name_size = strcspn(at, "=&");
    size_t value_at = name_size < size ? name_size + 1 : size;
    *query = at + size;
    *ret_ok = url_decode(arena, (struct text_slice){at, name_size}, true, &ret_pair->name) &&
              url_decode(arena, (struct text_slice){at + value_at, size - value_at}, true,
                         &ret_pair->value);
    return true;
}
