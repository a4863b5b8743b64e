#include "client/command/writer.h"

#include <stdarg.h>
#include <string.h>

#include "client/command/output.h"
#include "onsale/v1/catalog.pb-c.h"
#include "text/name.h"

enum { LINE_BYTES = 256 };

static const struct {
    char glyph;
    const char *ink; /* dark grounds that can be told apart, also on a light terminal */
} seats[] = {
    [ONSALE__V1__SEAT_STATE__SEAT_STATE_UNSPECIFIED] = {'?', NULL},
    [ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE] = {'.', "\033[38;5;157;48;5;28m"},
    [ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD] = {'h', "\033[38;5;16;48;5;220m"},
    [ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD] = {'#', "\033[38;5;224;48;5;124m"},
    [ONSALE__V1__SEAT_STATE__SEAT_STATE_BLOCKED] = {'x', "\033[38;5;250;48;5;240m"},
};

char writer_seat_glyph(uint8_t state)
{
    return state < sizeof seats / sizeof seats[0] ? seats[state].glyph : '?';
}

static const char *code_of(unsigned ink)
{
    if (ink == INK_STRONG) return "\033[1m";
    unsigned state = ink - INK_SEAT;
    return ink >= INK_SEAT && state < sizeof seats / sizeof seats[0] ? seats[state].ink : NULL;
}

static void take_ink(struct writer *writer, const char *ink)
{
    if (!writer->colour || writer->ink == ink) return;
    fputs("\033[0m", writer->out);
    if (ink != NULL) fputs(ink, writer->out);
    writer->ink = ink;
}

static void put(struct writer *writer, unsigned ink, const char *text)
{
    if (writer->spaces > 0) {
        take_ink(writer, NULL);
        fprintf(writer->out, "%*s", (int)writer->spaces, "");
        writer->spaces = 0;
    }
    take_ink(writer, code_of(ink));
    output_text(writer->out, text);
}

void writer_seat(struct writer *writer, uint8_t state)
{
    put(writer, INK_SEAT + state, (char[2]){writer_seat_glyph(state)});
}

void writer_print(struct writer *writer, unsigned ink, const char *format, ...)
{
    char text[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put(writer, ink, text);
}

void writer_space(struct writer *writer, size_t count)
{
    writer->spaces += count;
}

/* Cuts whole characters off the end until it fits. */
static void cut_to(char *text, size_t width)
{
    while (text_width(text) > width)
        text[text_head(text, strlen(text) - 1)] = '\0';
}

void writer_centred(struct writer *writer, const char *text, size_t width)
{
    char fitting[LINE_BYTES];
    snprintf(fitting, sizeof fitting, "%.*s", text_head(text, sizeof fitting - 1), text);
    cut_to(fitting, width);
    size_t left = (width - text_width(fitting)) / 2;
    writer_space(writer, left);
    if (fitting[0] != '\0') put(writer, INK_STRONG, fitting);
    writer_space(writer, width - left - text_width(fitting));
}

void writer_newline(struct writer *writer)
{
    writer->spaces = 0;
    take_ink(writer, NULL);
    fputc('\n', writer->out);
}
