#include "json/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "rpc/wire/utf8.h"

enum { CAPACITY_MIN = 512, PRINTED_BYTES_MAX = 64, CHARACTER_BYTES_MAX = 4 };

void json_buffer_init(struct json_buffer *buffer, size_t size_max)
{
    *buffer = (struct json_buffer){.size_max = size_max};
}

void json_buffer_deinit(struct json_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct json_buffer){.size_max = buffer->size_max};
}

char *json_buffer_take(struct json_buffer *buffer, size_t *ret_size)
{
    char *bytes = buffer->bytes;
    *ret_size = buffer->size;
    *buffer = (struct json_buffer){.size_max = buffer->size_max};
    return bytes;
}

static bool grow(struct json_buffer *buffer, size_t size)
{
    size_t needed = buffer->size + size;
    size_t capacity = 2 * buffer->capacity;
    if (capacity < CAPACITY_MIN) capacity = CAPACITY_MIN;
    if (capacity < needed) capacity = needed;
    if (capacity > buffer->size_max) capacity = buffer->size_max;
    char *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) return false;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

char *json_buffer_extend(struct json_buffer *buffer, size_t size)
{
    REQUIRE(buffer->size <= buffer->size_max);
    bool fits = !buffer->is_cut && size <= buffer->size_max - buffer->size;
    if (fits && size > buffer->capacity - buffer->size) fits = grow(buffer, size);
    if (!fits) {
        buffer->is_cut = true;
        return NULL;
    }
    buffer->size += size;
    return buffer->bytes + buffer->size - size;
}

void json_buffer_add(struct json_buffer *buffer, const char *bytes, size_t size)
{
    if (size == 0) return;
    char *to = json_buffer_extend(buffer, size);
    if (to != NULL) memcpy(to, bytes, size);
}

void json_buffer_add_string(struct json_buffer *buffer, const char *string)
{
    json_buffer_add(buffer, string, strlen(string));
}

void json_buffer_print(struct json_buffer *buffer, const char *format, ...)
{
    char printed[PRINTED_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(printed, sizeof printed, format, arguments);
    va_end(arguments);
    REQUIRE(length >= 0 && (size_t)length < sizeof printed);
    json_buffer_add(buffer, printed, (size_t)length);
}

/* --- Strings ---------------------------------------------------------------------------------- */

static bool is_plain(char character)
{
    return (unsigned char)character >= 0x20 && character != '"' && character != '\\' &&
           (unsigned char)character < 0x7f;
}

static void add_escaped(struct json_buffer *buffer, unsigned char character)
{
    static const char letters[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                   ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    char letter = character < sizeof letters ? letters[character] : '\0';
    if (letter != '\0')
        json_buffer_add(buffer, (const char[]){'\\', letter}, 2);
    else
        json_buffer_print(buffer, "\\u%04x", character);
}

/* How many bytes from here are one character of UTF-8 beyond ASCII; 0: none is. */
static size_t character_size(const char *text, size_t size)
{
    for (size_t i = 2; i <= CHARACTER_BYTES_MAX && i <= size; i++)
        if (utf8_is_text((const uint8_t *)text, i)) return i;
    return 0;
}

/* @return Bytes that were taken of the text. */
static size_t add_character(struct json_buffer *buffer, const char *text, size_t size)
{
    if ((unsigned char)*text < 0x80) {
        add_escaped(buffer, (unsigned char)*text);
        return 1;
    }
    size_t character = character_size(text, size);
    if (character == 0) {
        json_buffer_add_string(buffer, "\xef\xbf\xbd");
        return 1;
    }
    json_buffer_add(buffer, text, character);
    return character;
}

void json_buffer_add_text(struct json_buffer *buffer, const char *text, size_t size)
{
    json_buffer_add(buffer, "\"", 1);
    for (size_t i = 0; i < size;) {
        size_t plain = i;
        while (plain < size && is_plain(text[plain]))
            plain++;
        json_buffer_add(buffer, text + i, plain - i);
        i = plain;
        if (i < size) i += add_character(buffer, text + i, size - i);
    }
    json_buffer_add(buffer, "\"", 1);
}
