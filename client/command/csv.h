/* csv.h -- Rows of CSV as RFC 4180 wants them: cells with commas between them, lines that end with
 * CR LF, UTF-8. */
#ifndef CLIENT_COMMAND_CSV_H
#define CLIENT_COMMAND_CSV_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** Zeroed but for `out`, it is ready. */
struct csv {
    FILE *out;
    bool is_in_row; /* a cell stands before the next one */
};

/** Writes the next cell: safe on a terminal as output_text is, in quotes if the text needs them,
 * and with an apostrophe before it if a spreadsheet would take it for a formula: if it begins with
 * = + - or @. */
void csv_text(struct csv *csv, const char *text);

/** Writes the next cell: a number. */
void csv_number(struct csv *csv, uint64_t number);

/** Ends the row. */
void csv_end(struct csv *csv);

#endif
