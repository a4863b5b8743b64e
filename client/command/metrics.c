/* metrics.c -- onsale admin metrics */
#include "metrics/metrics_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "client/command/command.h"
#include "client/command/output.h"

/* Line by line: what the server sends is shown, never obeyed. */
bool print_metrics(struct run *run, const ProtobufCMessage *answer)
{
    size_t size;
    char *rest;
    char *text = metrics_text((const void *)answer, &size);
    (void)run;
    REQUIRE(text != NULL);
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        output_line(stdout, "%s", line);
    free(text);
    return true;
}
