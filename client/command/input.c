#include "client/command/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "json/buffer.h"

enum { PIECE_BYTES = 64 * 1024 };

/* @return The rest of a file, to be freed; NULL with errno set if it can't be read or is too large.
 */
static char *read_stream(FILE *file, size_t size_max, size_t *ret_size)
{
    char piece[PIECE_BYTES];
    struct json_buffer text;
    json_buffer_init(&text, size_max);
    for (size_t size; !text.is_cut && (size = fread(piece, 1, sizeof piece, file)) > 0;)
        json_buffer_add(&text, piece, size);
    int cause = ferror(file) != 0 ? errno : 0;
    json_buffer_add(&text, "", 1); /* an empty file has a text, too */
    if (cause == 0 && text.is_cut) cause = EFBIG;
    if (cause != 0) json_buffer_deinit(&text);
    errno = cause;
    char *bytes = json_buffer_take(&text, ret_size);
    *ret_size -= bytes != NULL;
    return bytes;
}

char *input_read(const char *path, size_t size_max, size_t *ret_size)
{
    if (strcmp(path, "-") == 0) return read_stream(stdin, size_max, ret_size);
    FILE *file = fopen(path, "r");
    if (file == NULL) return NULL;
    char *text = read_stream(file, size_max, ret_size);
    int cause = errno;
    fclose(file);
    errno = cause;
    return text;
}
