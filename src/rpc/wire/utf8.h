/* utf8.h -- Whether bytes are valid UTF-8 text without NUL. */
#ifndef RPC_WIRE_UTF8_H
#define RPC_WIRE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Whether the bytes are valid UTF-8 (RFC 3629: shortest form, no surrogates) without NUL. */
bool utf8_is_text(const uint8_t *bytes, size_t size);

#endif
