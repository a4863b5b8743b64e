#include "client/command/csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "client/command/output.h"

static void begin_cell(struct csv *csv)
{
    if (csv->is_in_row) fputc(',', csv->out);
    csv->is_in_row = true;
}

/* Quotes are doubled within quotes. */
static void write_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void csv_text(struct csv *csv, const char *text)
{
    char *safe;
    size_t size;
    FILE *stream = open_memstream(&safe, &size);
    REQUIRE(stream != NULL);
    if (text[0] != '\0' && strchr("=+-@", text[0]) != NULL) output_text(stream, "'");
    output_text(stream, text);
    fclose(stream);
    begin_cell(csv);
    if (strpbrk(safe, "\",") != NULL)
        write_quoted(csv->out, safe);
    else
        output_again(csv->out, safe);
    free(safe);
}

void csv_number(struct csv *csv, uint64_t number)
{
    begin_cell(csv);
    output_print(csv->out, "%" PRIu64, number);
}

void csv_end(struct csv *csv)
{
    output_again(csv->out, "\r\n");
    csv->is_in_row = false;
}
