#include "client/command/csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/command/output.h"

static void begin_cell(struct csv *csv)
{
    if (csv->is_in_row) fputc(',', csv->out);
    csv->is_in_row = true;
}

void csv_text(struct csv *csv, const char *text)
{
    bool is_formula = text[0] != '\0' && strchr("=+-@", text[0]) != NULL;
    const char *quote = strpbrk(text, "\",") != NULL ? "\"" : "";
    char *safe = output_escaped(text);
    begin_cell(csv);
    output_again(csv->out, quote);
    if (is_formula) output_again(csv->out, "'");
    for (const char *at = safe; *at != '\0'; at++) {
        if (*at == '"') fputc('"', csv->out); /* doubled within quotes */
        fputc(*at, csv->out);
    }
    output_again(csv->out, quote);
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
