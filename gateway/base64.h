/* base64.h -- Bytes as text: RFC 4648, the standard alphabet. */
#ifndef GATEWAY_BASE64_H
#define GATEWAY_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/** @param is_padded  Whether '=' fills up the last group of four.
 * @return NUL-terminated; NULL if the arena is used up. */
char *base64_encode(struct arena *arena, const uint8_t *bytes, size_t size, bool is_padded);

#endif
