#include <string.h>

#include <utf8proc.h>

#include "text/name.h"

/* A character of 3 bytes decomposes into 18 at most. */
enum { CHARACTERS_MAX = 6 * NAME_BYTES_READ_MAX };

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((uint8_t)*text >= 0x80) return false;
    return true;
}

/* Normalises a text of NAME_BYTES_READ_MAX bytes at most. @return False if it is not UTF-8. */
static bool normalise(const char *text, size_t length, int options, struct name_key *ret_key)
{
    utf8proc_int32_t characters[CHARACTERS_MAX + 1]; /* reencode ends its bytes with a NUL */
    utf8proc_option_t flags = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE | options);
    utf8proc_ssize_t count = utf8proc_decompose((const uint8_t *)text, (utf8proc_ssize_t)length,
                                                characters, CHARACTERS_MAX, flags);
    if (count < 0 || count > CHARACTERS_MAX) return false;
    utf8proc_ssize_t bytes = utf8proc_reencode(characters, count, flags);
    if (bytes < 0 || bytes >= NAME_KEY_BYTES) return false;
    ret_key->length = (size_t)bytes;
    memcpy(ret_key->bytes, characters, ret_key->length);
    ret_key->bytes[ret_key->length] = '\0';
    return true;
}

static void copy_ascii(const char *text, size_t length, bool folds_case, struct name_key *ret_key)
{
    ret_key->length = length;
    memcpy(ret_key->bytes, text, length + 1);
    for (char *at = ret_key->bytes; folds_case && *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z') *at = (char)(*at - 'A' + 'a');
}

/* No blank at the ends, and one where there were several. */
static void squeeze_blanks(struct name_key *key)
{
    char *to = key->bytes;
    for (const char *from = key->bytes; *from != '\0'; from++)
        if (*from != ' ' || (to > key->bytes && to[-1] != ' ')) *to++ = *from;
    if (to > key->bytes && to[-1] == ' ') to--;
    *to = '\0';
    key->length = (size_t)(to - key->bytes);
}

bool name_key_make(const char *name, bool folds_case, struct name_key *ret_key)
{
    int options = UTF8PROC_COMPAT | UTF8PROC_IGNORE | UTF8PROC_LUMP;
    size_t length = strnlen(name, NAME_BYTES_READ_MAX + 1);
    if (length > NAME_BYTES_READ_MAX) return false;
    if (is_ascii(name))
        copy_ascii(name, length, folds_case, ret_key);
    else if (!normalise(name, length, options | (folds_case ? UTF8PROC_CASEFOLD : 0), ret_key))
        return false;
    squeeze_blanks(ret_key);
    return true;
}

bool text_is_same(const char *a, const char *b)
{
    struct name_key one, other;
    if (strcmp(a, b) == 0) return true;
    if (is_ascii(a) && is_ascii(b)) return false;
    size_t length = strlen(a), other_length = strlen(b);
    return length <= NAME_BYTES_READ_MAX && other_length <= NAME_BYTES_READ_MAX &&
           normalise(a, length, 0, &one) && normalise(b, other_length, 0, &other) &&
           strcmp(one.bytes, other.bytes) == 0;
}
