/* json_workspace.h -- Memory in which requests are read and answers are written, one at a time: it
 * is kept from one to the next. The loop's thread. */
#ifndef GATEWAY_JSON_WORKSPACE_H
#define GATEWAY_JSON_WORKSPACE_H

#include <onsale/channel.h>

#include "base/arena.h"
#include "json/buffer.h"

struct json_workspace {
    struct arena arena;
    struct json_buffer text;
};

void json_workspace_init(struct json_workspace *workspace);

/** NULL is fine. */
void json_workspace_deinit(struct json_workspace *workspace);

/** Forgets what was in it. */
void json_workspace_clear(struct json_workspace *workspace);

/** Packs a request of a method. @return In the arena; NULL if that is used up. */
const uint8_t *json_workspace_pack(struct json_workspace *workspace,
                                   const struct onsale_method *method,
                                   const ProtobufCMessage *message, size_t *ret_size);

/** Unpacks a response of a method. @return In the arena, may borrow from the bytes; NULL if there
 * is no memory, or the bytes are none. */
const ProtobufCMessage *json_workspace_unpack(struct json_workspace *workspace,
                                              const struct onsale_method *method,
                                              const uint8_t *bytes, size_t size);

#endif
