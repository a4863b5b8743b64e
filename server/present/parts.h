/* parts.h -- Strings and ids of messages, copied into the arena. */
#ifndef SERVER_PRESENT_PARTS_H
#define SERVER_PRESENT_PARTS_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"

/** @return A copy of a NUL-terminated text; NULL if the arena is used up. */
char *present_text(struct arena *arena, const char *text);

/** The 16 bytes of an id.
 * @param ret_bytes  Set if true is returned only.
 * @return False if the arena is used up. */
bool present_id(struct arena *arena, const uint8_t id[ID_BYTES], ProtobufCBinaryData *ret_bytes);

#endif
