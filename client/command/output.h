/* output.h -- The only way by which text from a server or a file is printed: it escapes what a
 * terminal would obey.
 *
 * A character that a terminal might act upon or that is invisible (text/name.h) is written as \x1b,
 * \u202e or \U000e0041, a byte that is not UTF-8 as \xff. So a line stays a line. A backslash is
 * not escaped: programs that must tell an escape from a name that looks like one use --json. */
#ifndef CLIENT_COMMAND_OUTPUT_H
#define CLIENT_COMMAND_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

/** Writes a text, or a part of it, on the present line. */
void output_text(FILE *out, const char *text);

/** What output_text would write. @return To be freed. Ends the process if memory is used up. */
char *output_escaped(const char *text);

/** Writes what these functions wrote into memory before. */
void output_again(FILE *out, const char *written);

/** As printf, on the present line: a newline in the result is escaped as well. Ends the process if
 * memory is used up. */
__attribute__((format(printf, 2, 3))) void output_print(FILE *out, const char *format, ...);

/** As output_print, and ends the line. */
__attribute__((format(printf, 2, 3))) void output_line(FILE *out, const char *format, ...);

/** Writes a JSON document: characters that are not safe become \u001b and the like, so that it
 * means the same.
 * @param json  Valid JSON, in which only strings have characters beyond ASCII. */
void output_json(FILE *out, const char *json);

/** Columns that a text, or its first `length` bytes, takes in a terminal when output_text writes
 * it. Needs a UTF-8 locale. */
size_t text_width(const char *text);
size_t text_width_of(const char *text, size_t length);

/** Takes the next line off a text: as many words as fit into so many columns, or a part of a word
 * that is longer, up to a newline at most.
 * @param text        Moved on past the line and the blank or newline behind it.
 * @param width       Columns, 1 or more; 0: the line ends at a newline only.
 * @param ret_length  Bytes of the line.
 * @return The line; NULL at the end of the text. */
const char *text_take_line(const char **text, size_t width, size_t *ret_length);

/** Writes a text in lines that end before column `width`; 0: only where the text has newlines. The
 * first one begins where the cursor is, at column `indent`, the others are indented so far. */
void output_wrapped(FILE *out, const char *text, size_t indent, size_t width);

#endif
