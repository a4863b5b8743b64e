/* pen.h -- Draws seats and words on a terminal, with as few colour codes and spaces as will do. */
#ifndef CLIENT_COMMAND_PEN_H
#define CLIENT_COMMAND_PEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Zeroed but for `out` and `colour`, it is ready. */
struct pen {
    FILE *out;
    bool colour;
    const char *ink; /* colour code in force; NULL: plain */
    size_t spaces;   /* owed; not drawn at the end of a line */
};

/** The character that stands for a seat's state (enum SeatState): '.', 'h', '#', 'x'; '?' if
 * unknown. */
char pen_seat_glyph(uint8_t state);

/** One character for a seat. */
void pen_seat(struct pen *pen, uint8_t state);

/** Text in the colour of a seat's state. */
void pen_seat_text(struct pen *pen, uint8_t state, const char *text);

/** Text that stands out, and plain text. */
void pen_strong(struct pen *pen, const char *text);
void pen_text(struct pen *pen, const char *text);

/** Spaces. */
void pen_space(struct pen *pen, size_t count);

/** Text in the middle of `width` columns; what is too long is cut. */
void pen_centred(struct pen *pen, const char *text, size_t width);

/** Ends the line. */
void pen_newline(struct pen *pen);

#endif
