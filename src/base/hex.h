/* hex.h -- Bytes as hex digits. Pure, hence safe from any thread. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The value of a digit, capital or small. @return -1 if it is none. */
int hex_digit(char digit);

/** Reads two digits for each byte, capital or small; stops at what is none.
 * @param ret_bytes  Room for `size` bytes; what is in it if false is returned is undefined. */
bool hex_read(const char *text, size_t size, uint8_t *ret_bytes);

/** Writes two small digits for each byte, and no NUL.
 * @return Behind the last one. */
char *hex_write(const uint8_t *bytes, size_t size, char *ret_text);

#endif
