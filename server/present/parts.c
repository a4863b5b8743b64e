#include "server/present/parts.h"

#include <string.h>

#include "server/present.h"

char *present_text(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text) + 1);
}

bool present_id(struct arena *arena, const uint8_t id[ID_BYTES], ProtobufCBinaryData *ret_bytes)
{
    uint8_t *copy = arena_copy(arena, id, ID_BYTES);
    if (copy == NULL) return false;
    *ret_bytes = (ProtobufCBinaryData){.len = ID_BYTES, .data = copy};
    return true;
}

void *present_array(struct arena *arena, size_t count)
{
    return arena_calloc(arena, count, sizeof(ProtobufCMessage *));
}
