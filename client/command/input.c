#include "client/command/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_FIRST = 64 * 1024 };

/* @return The rest of a file, to be freed; NULL with errno set if it can't be read or is too large.
 */
static char *read_stream(FILE *file, size_t size_max, size_t *ret_size)
{
    char *text = NULL;
    size_t size = 0, capacity = 0;
    while (size == capacity) {
        capacity = capacity == 0 ? (size_t)FILE_BYTES_FIRST : 2 * capacity;
        char *larger = size >= size_max ? NULL : realloc(text, capacity);
        if (larger == NULL) {
            free(text);
            errno = size >= size_max ? EFBIG : ENOMEM;
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
