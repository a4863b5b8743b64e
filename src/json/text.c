#include "json/text.h"

#include <string.h>

#include "base/hex.h"
#include "rpc/wire/utf8.h"

/* The quote that ends the string that begins here, or NULL. */
static const char *find_end(const struct json_reader *reader)
{
    for (const char *at = reader->at + 1; at < reader->end; at++) {
        if (*at == '"') return at;
        if (*at == '\\' && ++at == reader->end) break;
    }
    return NULL;
}

/* The four digits after \u. @return -1 if there are none. */
static long read_unit(const char *at, const char *end)
{
    long unit = 0;
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return -1;
    for (int i = 2; i < 6; i++) {
        int value = hex_digit(at[i]);
        if (value < 0) return -1;
        unit = unit << 4 | value;
    }
    return unit;
}

/* One or two \uXXXX. @return The character; 0 if it is NUL or half a pair, or there is none. */
static unsigned long read_character(const char **at, const char *end)
{
    long unit = read_unit(*at, end);
    if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return 0;
    *at += 6;
    if (unit < 0xd800 || unit > 0xdbff) return (unsigned long)unit;
    long low = read_unit(*at, end);
    if (low < 0xdc00 || low > 0xdfff) return 0;
    *at += 6;
    return 0x10000 + ((unsigned long)(unit - 0xd800) << 10 | (unsigned long)(low - 0xdc00));
}

static char *put_character(char *to, unsigned long character)
{
    if (character < 0x80) {
        *to++ = (char)character;
        return to;
    }
    int more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    *to++ = (char)((0xff00UL >> (more + 1) & 0xff) | character >> 6 * more);
    while (more-- > 0)
        *to++ = (char)(0x80 | (character >> 6 * more & 0x3f));
    return to;
}

static char letter_of(char escape)
{
    static const char escapes[] = "\"\\/bfnrt";
    static const char letters[] = "\"\\/\b\f\n\r\t";
    const char *at = escape == '\0' ? NULL : strchr(escapes, escape);
    return at == NULL ? '\0' : letters[at - escapes];
}

/* @return Behind what was written; NULL if an escape is none. */
static char *unescape(const char *at, const char *end, char *to)
{
    while (at < end) {
        if (*at != '\\') {
            *to++ = *at++;
            continue;
        }
        if (at[1] == 'u') {
            unsigned long character = read_character(&at, end);
            if (character == 0) return NULL;
            to = put_character(to, character);
            continue;
        }
        *to = letter_of(at[1]);
        if (*to++ == '\0') return NULL;
        at += 2;
    }
    return to;
}

static bool has_controls(const char *at, const char *end)
{
    for (; at < end; at++)
        if ((unsigned char)*at < 0x20) return true;
    return false;
}

bool json_read_text(struct json_reader *reader, const struct json_path *path, const char **ret_text,
                    size_t *ret_size)
{
    const char *begin = reader->at + 1;
    const char *end = find_end(reader);
    if (end == NULL) return json_fail(reader, path, "a string has no end");
    if (has_controls(begin, end))
        return json_fail(reader, path, "a control character in a string must be escaped");
    char *text = arena_alloc(reader->arena, (size_t)(end - begin) + 1);
    if (text == NULL) return json_fail_memory(reader);
    char *text_end = unescape(begin, end, text);
    if (text_end == NULL)
        return json_fail(reader, path, "has an escape that stands for no character");
    if (!utf8_is_text((const uint8_t *)text, (size_t)(text_end - text)))
        return json_fail(reader, path, "is not UTF-8");
    *text_end = '\0';
    *ret_text = text;
    *ret_size = (size_t)(text_end - text);
    reader->at = end + 1;
    return true;
}
