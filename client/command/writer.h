/* writer.h -- Writes seats and words to a terminal, with no more colour codes and spaces than it
 * takes. */
#ifndef CLIENT_COMMAND_WRITER_H
#define CLIENT_COMMAND_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** What text looks like. INK_SEAT + a state (enum SeatState): as a seat of this state. */
enum { INK_PLAIN, INK_STRONG, INK_SEAT };

/** Zeroed but for `out` and `colour`, it is ready. */
struct writer {
    FILE *out;
    bool colour;
    const char *ink; /* colour code in force; NULL: plain */
    size_t spaces;   /* owed; not written at the end of a line */
};

/** The character that stands for a seat's state: '.', 'h', '#', 'x'; '?' if unknown. */
char writer_seat_glyph(uint8_t state);

/** One character for a seat. */
void writer_seat(struct writer *writer, uint8_t state);

/** As printf, in an ink; 255 bytes are enough. */
__attribute__((format(printf, 3, 4))) void writer_print(struct writer *writer, unsigned ink,
                                                        const char *format, ...);

/** Spaces. */
void writer_space(struct writer *writer, size_t count);

/** Text in the middle of `width` columns; what is too long is cut. */
void writer_centred(struct writer *writer, const char *text, size_t width);

/** Ends the line. */
void writer_newline(struct writer *writer);

#endif
