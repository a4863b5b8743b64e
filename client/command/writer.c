#include "client/command/writer.h"

#include <string.h>

#include "client/command/output.h"
#include "onsale/v1/catalog.pb-c.h"
#include "text/name.h"

static const char strong_ink[] = "\033[1m";

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

static const char *seat_ink(uint8_t state)
{
    return state < sizeof seats / sizeof seats[0] ? seats[state].ink : NULL;
}

static void take_ink(struct writer *writer, const char *ink)
{
    if (!writer->colour || writer->ink == ink) return;
    fputs("\033[0m", writer->out);
    if (ink != NULL) fputs(ink, writer->out);
    writer->ink = ink;
}

static void draw_spaces(struct writer *writer)
{
    if (writer->spaces == 0) return;
    take_ink(writer, NULL);
    fprintf(writer->out, "%*s", (int)writer->spaces, "");
    writer->spaces = 0;
}

static void draw(struct writer *writer, const char *ink, const char *text)
{
    draw_spaces(writer);
    take_ink(writer, ink);
    output_text(writer->out, text);
}

void writer_seat(struct writer *writer, uint8_t state)
{
    char text[2] = {writer_seat_glyph(state)};
    draw(writer, seat_ink(state), text);
}

void writer_seat_text(struct writer *writer, uint8_t state, const char *text)
{
    draw(writer, seat_ink(state), text);
}

void writer_strong(struct writer *writer, const char *text)
{
    draw(writer, strong_ink, text);
}

void writer_text(struct writer *writer, const char *text)
{
    draw(writer, NULL, text);
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
    char fitting[256];
    snprintf(fitting, sizeof fitting, "%.*s", text_head(text, sizeof fitting - 1), text);
    cut_to(fitting, width);
    size_t left = (width - text_width(fitting)) / 2;
    writer_space(writer, left);
    if (fitting[0] != '\0') writer_strong(writer, fitting);
    writer_space(writer, width - left - text_width(fitting));
}

void writer_newline(struct writer *writer)
{
    writer->spaces = 0;
    take_ink(writer, NULL);
    fputc('\n', writer->out);
}
