#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/command/catalogue.h"
#include "client/command/command.h"
#include "client/command/failure.h"
#include "client/command/json.h"
#include "client/command/output.h"
#include "client/command/text.h"
#include "client/command/warnings.h"
#include "text/name.h"

enum {
    CATALOGUE_FILE_BYTES_MAX = 64 * 1024 * 1024,
    FILE_BYTES_FIRST = 64 * 1024,
};

/* @return The rest of a file, to be freed; NULL with errno set if it can't be read or is too large.
 */
static char *read_stream(FILE *file, size_t *ret_size)
{
    char *text = NULL;
    size_t size = 0, capacity = 0;
    while (size == capacity) {
        capacity = capacity == 0 ? (size_t)FILE_BYTES_FIRST : 2 * capacity;
        char *larger = size >= CATALOGUE_FILE_BYTES_MAX ? NULL : realloc(text, capacity);
        if (larger == NULL) {
            free(text);
            errno = size >= CATALOGUE_FILE_BYTES_MAX ? EFBIG : ENOMEM;
            return NULL;
        }
        text = larger;
        size += fread(text + size, 1, capacity - size, file);
    }
    if (ferror(file) != 0) {
        int cause = errno;
        free(text);
        errno = cause;
        return NULL;
    }
    *ret_size = size;
    return text;
}

static char *read_file(const char *path, size_t *ret_size)
{
    if (strcmp(path, "-") == 0) return read_stream(stdin, ret_size);
    FILE *file = fopen(path, "r");
    if (file == NULL) return NULL;
    char *text = read_stream(file, ret_size);
    int cause = errno;
    fclose(file);
    errno = cause;
    return text;
}

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

enum onsale_status fill_catalogue(struct run *run, ProtobufCMessage *request)
{
    size_t size;
    char problem[CATALOGUE_PROBLEM_BYTES];
    const char *path = arguments_text(&run->arguments, PARAMETER_CATALOGUE);
    char *text = read_file(path, &size);
    bool is_read =
        text != NULL && catalogue_parse(text, size, &run->arena, (void *)request, problem);
    if (!is_read)
        failure_make(&run->error, ONSALE_ARGUMENT_INVALID, "%.*s: %s", text_head(path, 80), path,
                     text == NULL ? strerror(errno) : problem);
    free(text);
    return is_read ? ONSALE_OK : ONSALE_ARGUMENT_INVALID;
}
