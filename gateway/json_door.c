#include "gateway/json_door.h"

#include "gateway/gate.h"

#include <string.h>

#include "gateway/json_reply.h"
#include "gateway/json_request.h"
#include "gateway/passed_on.h"
#include "json/write.h"

/* A call under way; in the arena of its exchange. */
struct json_call {
    const struct json_door *door;
    struct exchange *exchange;
    const struct onsale_method *method;
    struct upstream_call *upstream;
};

static void answer(void *context, const struct onsale_error *error, const uint8_t *response,
                   size_t response_size)
{
    struct json_call *call = context;
    const struct json_door *door = call->door;
    struct json_workspace *workspace = door->workspace;
    if (error != NULL) {
        json_reply_error(call->exchange, door->origins, error);
        return;
    }
    json_workspace_clear(workspace);
    const ProtobufCMessage *message =
        json_workspace_unpack(workspace, call->method, response, response_size);
    if (message == NULL) {
        json_reply_status(call->exchange, door->origins, STATUS_REPLY_MALFORMED);
        return;
    }
    json_buffer_add_message(&workspace->text, message, JSON_FIELDS_ALL);
    json_reply_text(call->exchange, door->origins, &workspace->text);
}

static void give_up(struct exchange *exchange)
{
    struct json_call *call = exchange->context;
    upstream_cancel(call->upstream);
}

static void start_call(const struct json_door *door, struct exchange *exchange,
                       const struct onsale_method *method, const uint8_t *bytes, size_t size)
{
    struct onsale_metadata metadata[UPSTREAM_METADATA_MAX];
    struct onsale_call_options options;
    struct json_call *call = arena_alloc(exchange->arena, sizeof *call);
    if (call == NULL) {
        json_reply_status(exchange, door->origins, STATUS_OUT_OF_MEMORY);
        return;
    }
    *call = (struct json_call){door, exchange, method, NULL};
    passed_on_options(exchange, method, metadata, &options);
    call->upstream = upstream_call(door->upstream, exchange->account, method, bytes, size, &options,
                                   answer, call);
    if (call->upstream == NULL) {
        json_reply_status(exchange, door->origins, STATUS_OUT_OF_MEMORY);
        return;
    }
    exchange->context = call;
    exchange->gone = give_up;
}

/* --- Requests --------------------------------------------------------------------------------- */

static void start_route(const struct json_door *door, struct exchange *exchange,
                        const struct json_route *route, const struct path_variables *variables)
{
    ProtobufCMessage *message;
    struct json_refusal refusal;
    size_t size = 0;
    json_workspace_clear(door->workspace);
    if (!json_request_read(&exchange->request, route, variables, &door->workspace->arena, &message,
                           &refusal)) {
        json_reply_refusal(exchange, door->origins, &refusal, NULL);
        return;
    }
    const uint8_t *bytes = json_workspace_pack(door->workspace, route->method, message, &size);
    if (bytes == NULL)
        json_reply_status(exchange, door->origins, STATUS_OUT_OF_MEMORY);
    else
        start_call(door, exchange, route->method, bytes, size);
}

void json_door_start(const struct handler *handler, struct exchange *exchange)
{
    const struct json_door *door = handler->context;
    const struct request *request = &exchange->request;
    struct path_variables variables;
    char allow[JSON_ALLOW_BYTES];
    const struct json_route *route =
        json_route_find(request->method, request->path, door->is_for_admin, &variables, allow);
    if (route != NULL && !gate_permits(exchange->peer, route->method)) {
        json_reply_status(exchange, door->origins, STATUS_ROLE_NEEDED);
    } else if (route != NULL) {
        start_route(door, exchange, route, &variables);
    } else if (allow[0] != '\0' && strcmp(request->method, "OPTIONS") == 0) {
        json_reply_options(exchange, door->origins, allow);
    } else {
        const struct json_refusal refusal = {.http = allow[0] == '\0' ? JSON_PATH_UNKNOWN
                                                                      : JSON_VERB_NOT_ALLOWED};
        json_reply_refusal(exchange, door->origins, &refusal, allow);
    }
}

void json_door_refuse(const struct handler *handler, struct exchange *exchange, enum status why)
{
    const struct json_door *door = handler->context;
    json_reply_status(exchange, door->origins, why);
}
