#include "gateway/api_story.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/grpc_reply.h"
#include "gateway/json_key.h"
#include "gateway/json_reply.h"
#include "gateway/json_request.h"
#include "gateway/passed_on.h"
#include "rpc/scan.h"
#include "rpc/wire/unpack.h"

static void go_on(struct api_story *story);

static void close_story(struct api_story *story)
{
    arena_deinit(&story->arena);
    free(story);
}

static void refuse(struct api_story *story, enum status status)
{
    json_reply_status(story->exchange, story->door->origins, status);
    close_story(story);
}

static void give_up(struct exchange *exchange)
{
    struct api_story *story = exchange->context;
    upstream_cancel(story->upstream);
    close_story(story);
}

static void answer(struct api_story *story)
{
    struct json_workspace *workspace = story->door->workspace;
    json_workspace_clear(workspace);
    story->route->write(story, &workspace->text);
    json_reply_text(story->exchange, story->door->origins, &workspace->text);
    close_story(story);
}

/* --- Calls ------------------------------------------------------------------------------------ */

/* The bytes belong to the callback, and messages borrow from them. */
static const ProtobufCMessage *keep(struct api_story *story, const struct onsale_method *method,
                                    const uint8_t *bytes, size_t size)
{
    struct scan_problem problem;
    ProtobufCMessage *message;
    const uint8_t *kept = arena_copy(&story->arena, bytes, size);
    if (kept == NULL) return NULL;
    enum status status = unpack_message(method->response, method->response_packer, kept, size,
                                        STATUS_REPLY_MALFORMED, &story->arena, &problem, &message);
    return status == STATUS_OK ? message : NULL;
}

static void take(void *context, const struct onsale_error *error, const uint8_t *response,
                 size_t response_size)
{
    struct api_story *story = context;
    const struct api_step *step = &story->route->steps[story->step];
    story->exchange->gone = NULL;
    if (error != NULL) {
        json_reply_error(story->exchange, story->door->origins, error);
        close_story(story);
        return;
    }
    const ProtobufCMessage *message = keep(story, step->method, response, response_size);
    if (message == NULL) {
        refuse(story, STATUS_REPLY_MALFORMED);
        return;
    }
    if (!step->take(story, message)) story->step++;
    go_on(story);
}

static void call(struct api_story *story, const struct onsale_method *method,
                 const ProtobufCMessage *request)
{
    struct onsale_metadata metadata[UPSTREAM_METADATA_MAX];
    struct onsale_call_options options;
    size_t size = 0;
    json_workspace_clear(story->door->workspace);
    const uint8_t *bytes = json_workspace_pack(story->door->workspace, method, request, &size);
    if (bytes == NULL) {
        refuse(story, STATUS_OUT_OF_MEMORY);
        return;
    }
    passed_on_options(story->exchange, method, metadata, &options);
    story->upstream = upstream_call(story->door->upstream, story->exchange->account, method, bytes,
                                    size, &options, take, story);
    if (story->upstream == NULL) {
        refuse(story, STATUS_OUT_OF_MEMORY);
        return;
    }
    story->exchange->context = story;
    story->exchange->gone = give_up;
}

/* The next call that is needed, or the answer. */
static void go_on(struct api_story *story)
{
    const struct api_route *route = story->route;
    for (; story->refused == STATUS_OK && story->step < API_STEPS_MAX; story->step++) {
        const struct api_step *step = &route->steps[story->step];
        if (step->method == NULL) break;
        ProtobufCMessage *request =
            arena_calloc(&story->arena, 1, step->method->request->sizeof_message);
        if (request == NULL) {
            refuse(story, STATUS_OUT_OF_MEMORY);
            return;
        }
        protobuf_c_message_init(step->method->request, request);
        if (!step->ask(story, request)) continue;
        if (story->refused != STATUS_OK) break;
        call(story, step->method, request);
        return;
    }
    if (story->refused != STATUS_OK)
        refuse(story, story->refused);
    else
        answer(story);
}

/* --- The beginning ---------------------------------------------------------------------------- */

static bool read_request(struct api_story *story, const struct path_variables *variables,
                         struct json_refusal *ret_refusal)
{
    const struct request *request = &story->exchange->request;
    const struct request nothing = {.method = request->method};
    ProtobufCMessage *message;
    if (!json_request_read_body(story->route->has_body ? request : &nothing, story->route->request,
                                &story->arena, &message, ret_refusal) ||
        !json_request_read_variables(variables, message, &story->arena, ret_refusal) ||
        !json_request_read_query(request, story->route->has_body, message, &story->arena,
                                 ret_refusal) ||
        !json_request_token(request, true, &story->arena, &story->token, ret_refusal))
        return false;
    story->request = message;
    return true;
}

void api_story_start(const struct json_door *door, struct exchange *exchange,
                     const struct api_route *route, const struct path_variables *variables)
{
    struct json_refusal refusal;
    struct api_story *story = calloc(1, sizeof *story);
    if (story == NULL) {
        json_reply_status(exchange, door->origins, STATUS_OUT_OF_MEMORY);
        return;
    }
    *story = (struct api_story){.door = door, .exchange = exchange, .route = route};
    story->is_korean = request_prefers_korean(&exchange->request);
    arena_init(&story->arena, API_STORY_BYTES_MAX);
    if (read_request(story, variables, &refusal)) {
        go_on(story);
        return;
    }
    json_reply_refusal(exchange, door->origins, &refusal, NULL);
    close_story(story);
}

bool api_story_make_id(struct api_story *story, ProtobufCBinaryData *ret_id)
{
    const struct request *request = &story->exchange->request;
    const char *key = request_header(request, "idempotency-key");
    const char *secret = request_header(request, "authorization");
    const char *scope = arena_printf(&story->arena, "%s %" PRIu64, request->path, story->user_id);
    uint8_t *id = arena_alloc(&story->arena, ONSALE_ID_BYTES);
    if (scope == NULL || id == NULL) {
        story->refused = STATUS_OUT_OF_MEMORY;
        return false;
    }
    bool is_made = key == NULL ? onsale_id_new(id)
                               : json_key_to_id(key, scope, secret == NULL ? "" : secret, id);
    if (!is_made) story->refused = key == NULL ? STATUS_INTERNAL : STATUS_ARGUMENT_INVALID;
    *ret_id = (ProtobufCBinaryData){ONSALE_ID_BYTES, id};
    return is_made;
}
