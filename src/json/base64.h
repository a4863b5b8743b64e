/* base64.h -- Bytes as text (RFC 4648). Pure, hence safe from any thread. */
#ifndef JSON_BASE64_H
#define JSON_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Length of the text for `size` bytes, with padding. */
size_t base64_length(size_t size);

/** Writes base64_length(size) characters: the standard alphabet, padded, no NUL. */
void base64_write(const uint8_t *bytes, size_t size, char *ret_text);

/** Most bytes that a text of so many characters can stand for. */
size_t base64_size_max(size_t length);

/** Reads the standard or the url-safe alphabet, padded or not; bits that stand for nothing are
 * zero.
 * @param ret_bytes  Room for base64_size_max(length) bytes; what is in it if false is returned is
 *                   undefined.
 * @param ret_size   Set if true is returned only. */
bool base64_read(const char *text, size_t length, uint8_t *ret_bytes, size_t *ret_size);

#endif
