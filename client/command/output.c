#include "client/command/output.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/require.h"
#include "text/name.h"

/* What is written for one character: itself, or an escape. */
struct piece {
    int32_t character;
    size_t length;   /* bytes of it in the text */
    char escape[12]; /* empty: as it is */
};

static struct piece take_piece(const char **text)
{
    const char *at = *text;
    struct piece piece = {.character = text_next(text)};
    piece.length = (size_t)(*text - at);
    size_t size = sizeof piece.escape;
    if (character_is_safe(piece.character)) return piece;
    if (piece.character < 0)
        snprintf(piece.escape, size, "\\x%02x", (uint8_t)*at);
    else if (piece.character < 0x100)
        snprintf(piece.escape, size, "\\x%02x", (unsigned)piece.character);
    else if (piece.character < 0x10000)
        snprintf(piece.escape, size, "\\u%04x", (unsigned)piece.character);
    else
        snprintf(piece.escape, size, "\\U%08x", (unsigned)piece.character);
    return piece;
}

void output_text(FILE *out, const char *text)
{
    while (*text != '\0') {
        const char *at = text;
        struct piece piece = take_piece(&text);
        if (piece.escape[0] == '\0')
            fwrite(at, 1, piece.length, out);
        else
            fputs(piece.escape, out);
    }
}

char *output_escaped(const char *text)
{
    char *escaped;
    size_t size;
    FILE *stream = open_memstream(&escaped, &size);
    REQUIRE(stream != NULL);
    output_text(stream, text);
    fclose(stream);
    return escaped;
}

void output_again(FILE *out, const char *written)
{
    fputs(written, out);
}

static size_t piece_width(const struct piece *piece)
{
    if (piece->escape[0] != '\0') return strlen(piece->escape);
    int columns = wcwidth((wchar_t)piece->character);
    return columns < 0 ? 1 : (size_t)columns;
}

size_t text_width(const char *text)
{
    return text_width_of(text, SIZE_MAX);
}

size_t text_width_of(const char *text, size_t length)
{
    size_t width = 0;
    for (const char *begin = text; *text != '\0' && (size_t)(text - begin) < length;) {
        struct piece piece = take_piece(&text);
        width += piece_width(&piece);
    }
    return width;
}

const char *text_take_line(const char **text, size_t width, size_t *ret_length)
{
    const char *line = *text, *at = line, *last_blank = NULL;
    size_t taken = 0;
    if (*line == '\0') return NULL;
    while (*at != '\0' && *at != '\n') {
        const char *next = at;
        struct piece piece = take_piece(&next);
        taken += piece_width(&piece);
        if (*at == ' ') last_blank = at;
        if (width > 0 && taken > width && *at != ' ' && at > line) break;
        at = next;
    }
    bool ends = *at == '\0' || *at == '\n';
    if (!ends && last_blank != NULL && last_blank > line) at = last_blank;
    *ret_length = (size_t)(at - line);
    *text = *at == ' ' || *at == '\n' ? at + 1 : at;
    return line;
}

void output_wrapped(FILE *out, const char *text, size_t indent, size_t width)
{
    size_t room = width == 0 ? 0 : width > indent ? width - indent : 1, length;
    for (const char *line; (line = text_take_line(&text, room, &length)) != NULL;) {
        output_print(out, "%.*s", (int)length, line);
        fputc('\n', out);
        if (*text != '\0' && *text != '\n') fprintf(out, "%*s", (int)indent, "");
    }
}

static void print(FILE *out, const char *format, va_list arguments)
{
    char *text;
    REQUIRE(vasprintf(&text, format, arguments) >= 0);
    output_text(out, text);
    free(text);
}

void output_print(FILE *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(out, format, arguments);
    va_end(arguments);
}

void output_line(FILE *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(out, format, arguments);
    va_end(arguments);
    fputc('\n', out);
}

/* As JSON escapes a character: beyond the first plane by a pair of surrogates. */
static void write_json_escape(FILE *out, uint32_t character)
{
    if (character >= 0x10000) {
        character -= 0x10000;
        fprintf(out, "\\u%04x", 0xd800 + (character >> 10));
        character = 0xdc00 + (character & 0x3ff);
    }
    fprintf(out, "\\u%04x", character);
}

void output_json(FILE *out, const char *json)
{
    while (*json != '\0') {
        const char *at = json;
        struct piece piece = take_piece(&json);
        if (piece.escape[0] == '\0' || *at == '\n')
            fwrite(at, 1, piece.length, out);
        else
            write_json_escape(out, (uint32_t)piece.character);
    }
}
