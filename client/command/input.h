/* input.h -- Reads a file, or the standard input, as a whole. */
#ifndef CLIENT_COMMAND_INPUT_H
#define CLIENT_COMMAND_INPUT_H

#include <stddef.h>

/** @param path      "-": the standard input.
 * @param size_max  A larger file is refused: EFBIG. Unit: bytes.
 * @param ret_size  Set if a text is returned.
 * @return Its bytes, to be freed; NULL with errno set if it can't be read. */
char *input_read(const char *path, size_t size_max, size_t *ret_size);

#endif
