/* writer.h -- Writes seats and words to a terminal, with no more colour codes and spaces than it
 * takes. */
#ifndef CLIENT_COMMAND_WRITER_H
#define CLIENT_COMMAND_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Zeroed but for `out` and `colour`, it is ready. */
struct writer {
    FILE *out;
    bool colour;
    const char *ink; /* colour code in force; NULL: plain */
    size_t spaces;   /* owed; not drawn at the end of a line */
};

/** The character that stands for a seat's state (enum SeatState): '.', 'h', '#', 'x'; '?' if
 * unknown. */
char writer_seat_glyph(uint8_t state);

/** One character for a seat. */
void writer_seat(struct writer *writer, uint8_t state);

/** Text in the colour of a seat's state. */
void writer_seat_text(struct writer *writer, uint8_t state, const char *text);

/** Text that stands out, and plain text. */
void writer_strong(struct writer *writer, const char *text);
void writer_text(struct writer *writer, const char *text);

/** Spaces. */
void writer_space(struct writer *writer, size_t count);

/** Text in the middle of `width` columns; what is too long is cut. */
void writer_centred(struct writer *writer, const char *text, size_t width);

/** Ends the line. */
void writer_newline(struct writer *writer);

#endif
