#include "gateway/json_workspace.h"

#include "rpc/scan.h"
#include "rpc/wire/pack.h"
#include "rpc/wire/unpack.h"

enum {
    ARENA_BYTES_MAX = 64 * 1024 * 1024,
    TEXT_BYTES_MAX = 32 * 1024 * 1024,
    KEPT_BYTES = 256 * 1024
};

void json_workspace_init(struct json_workspace *workspace)
{
    arena_init(&workspace->arena, ARENA_BYTES_MAX);
    json_buffer_init(&workspace->text, TEXT_BYTES_MAX);
}

void json_workspace_deinit(struct json_workspace *workspace)
{
    if (workspace == NULL) return;
    arena_deinit(&workspace->arena);
    json_buffer_deinit(&workspace->text);
}

void json_workspace_clear(struct json_workspace *workspace)
{
    arena_reset(&workspace->arena);
    if (workspace->text.capacity > KEPT_BYTES) json_buffer_deinit(&workspace->text);
    workspace->text.size = 0;
    workspace->text.is_cut = false;
}

const uint8_t *json_workspace_pack(struct json_workspace *workspace,
                                   const struct onsale_method *method,
                                   const ProtobufCMessage *message, size_t *ret_size)
{
    struct packing packing = pack_measure(message, method->request_packer);
    uint8_t *bytes = arena_alloc(&workspace->arena, packing.size);
    if (bytes == NULL) return NULL;
    pack_write(packing, bytes);
    *ret_size = packing.size;
    return bytes;
}

const ProtobufCMessage *json_workspace_unpack(struct json_workspace *workspace,
                                              const struct onsale_method *method,
                                              const uint8_t *bytes, size_t size)
{
    struct scan_problem problem;
    ProtobufCMessage *message;
    enum status status =
        unpack_message(method->response, method->response_packer, bytes, size,
                       STATUS_REPLY_MALFORMED, &workspace->arena, &problem, &message);
    return status == STATUS_OK ? message : NULL;
}
