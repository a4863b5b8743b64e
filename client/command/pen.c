#include "client/command/pen.h"

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

char pen_seat_glyph(uint8_t state)
{
    return state < sizeof seats / sizeof seats[0] ? seats[state].glyph : '?';
}

static const char *seat_ink(uint8_t state)
{
    return state < sizeof seats / sizeof seats[0] ? seats[state].ink : NULL;
}

static void take_ink(struct pen *pen, const char *ink)
{
    if (!pen->colour || pen->ink == ink) return;
    fputs("\033[0m", pen->out);
    if (ink != NULL) fputs(ink, pen->out);
    pen->ink = ink;
}

static void draw_spaces(struct pen *pen)
{
    if (pen->spaces == 0) return;
    take_ink(pen, NULL);
    fprintf(pen->out, "%*s", (int)pen->spaces, "");
    pen->spaces = 0;
}

static void draw(struct pen *pen, const char *ink, const char *text)
{
    draw_spaces(pen);
    take_ink(pen, ink);
    output_text(pen->out, text);
}

void pen_seat(struct pen *pen, uint8_t state)
{
    char text[2] = {pen_seat_glyph(state)};
    draw(pen, seat_ink(state), text);
}

void pen_seat_text(struct pen *pen, uint8_t state, const char *text)
{
    draw(pen, seat_ink(state), text);
}

void pen_strong(struct pen *pen, const char *text)
{
    draw(pen, strong_ink, text);
}

void pen_text(struct pen *pen, const char *text)
{
    draw(pen, NULL, text);
}

void pen_space(struct pen *pen, size_t count)
{
    pen->spaces += count;
}

/* Cuts whole characters off the end until it fits. */
static void cut_to(char *text, size_t width)
{
    while (text_width(text) > width)
        text[text_head(text, strlen(text) - 1)] = '\0';
}

void pen_centred(struct pen *pen, const char *text, size_t width)
{
    char fitting[256];
    snprintf(fitting, sizeof fitting, "%.*s", text_head(text, sizeof fitting - 1), text);
    cut_to(fitting, width);
    size_t left = (width - text_width(fitting)) / 2;
    pen_space(pen, left);
    if (fitting[0] != '\0') pen_strong(pen, fitting);
    pen_space(pen, width - left - text_width(fitting));
}

void pen_newline(struct pen *pen)
{
    pen->spaces = 0;
    take_ink(pen, NULL);
    fputc('\n', pen->out);
}
