#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/command/catalogue.h"
#include "client/command/command.h"
#include "client/command/input.h"
#include "client/command/output.h"
#include "client/command/warnings.h"
#include "text/name.h"

enum { CATALOGUE_FILE_BYTES_MAX = 64 * 1024 * 1024 };

static void print_warning(const char *warning, void *context)
{
    const struct run *run = context;
    fflush(stdout);
    if (run->json)
        json_write_line(json_pack("{so}", "warning", json_from_text(warning)), stderr);
    else
        output_line(stderr, "warning: %s", warning);
}

enum exit_code end_import(struct run *run, const ProtobufCMessage *answer)
{
    (void)answer;
    catalogue_warn((const void *)run->request, clock_now_ms(), print_warning, run);
    return EXIT_CODE_OK;
}

bool fill_catalogue(struct run *run, ProtobufCMessage *request)
{
    size_t size;
    char problem[CATALOGUE_PROBLEM_BYTES];
    const char *path = arguments_text(&run->arguments, PARAMETER_CATALOGUE);
    char *text = input_read(path, CATALOGUE_FILE_BYTES_MAX, &size);
    bool is_read =
        text != NULL && catalogue_parse(text, size, &run->arena, (void *)request, problem);
    if (!is_read)
        run_fail(run, ONSALE_ARGUMENT_INVALID, "%.*s: %s", text_head(path, 80), path,
                 text == NULL ? strerror(errno) : problem);
    free(text);
    return is_read;
}
