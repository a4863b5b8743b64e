#include "rpc/generator/emit.h"
#include "rpc/generator/names.h"
#include "rpc/generator/variables.h"

static const char header_begin[] =
    "/* Generated from $proto$ by protoc-gen-onsale: do not edit. */\n"
    "#ifndef $guard$_ONSALE_H\n"
    "#define $guard$_ONSALE_H\n"
    "\n"
    "#include <onsale/channel.h>\n"
    "\n"
    "#include \"$base$.pb-c.h\"\n"
    "\n"
    "#ifdef __cplusplus\n"
    "extern \"C\" {\n"
    "#endif\n";

static const char header_service[] = "\n"
                                     "/* $service$: $comment$ */\n";

static const char header_method[] =
    "\n"
    "/** $full_name$, for onsale_channel_call and calls by bytes. */\n"
    "extern const struct onsale_method $client$_method;\n"
    "\n"
    "/** $comment$\n"
    " *\n"
    " * @param request       Borrowed for the duration of the call.\n"
    " * @param options       May be NULL.\n"
    " * @param ret_response  Set on ONSALE_OK only. The caller frees it with\n"
    " *                      $response$__free_unpacked(response, NULL).\n"
    " * @param ret_error     Set on failure; may be NULL.\n"
    " * @return ONSALE_OK; the refusals above with ONSALE_ before them; or what every call may "
    "end\n"
    " * with, see onsale_channel_call. Safe from any thread, but not from a callback: it waits. "
    "*/\n"
    "enum onsale_status $client$(\n"
    "    struct onsale_channel *channel, const $Request$ *request,\n"
    "    const struct onsale_call_options *options, $Response$ **ret_response,\n"
    "    struct onsale_error *ret_error);\n"
    "\n"
    "/** Called with the outcome of $client$_async: see onsale_done.\n"
    " * @param error     NULL on success; valid during the callback.\n"
    " * @param response  NULL on failure; valid during the callback, not to be freed. */\n"
    "typedef void $client$_done(\n"
    "    void *context, const struct onsale_error *error,\n"
    "    const $Response$ *response);\n"
    "\n"
    "/** As $client$, but returns at once.\n"
    " *\n"
    " * @param request  Packed before this returns.\n"
    " * @param options  May be NULL.\n"
    " * @param done     Always called, once, also on failure; possibly before this returns.\n"
    " * @param context  Handed to `done`.\n"
    " * @return For onsale_channel_cancel. Safe from any thread, also from a callback. */\n"
    "struct onsale_call_id $client$_async(\n"
    "    struct onsale_channel *channel, const $Request$ *request,\n"
    "    const struct onsale_call_options *options,\n"
    "    $client$_done *done, void *context);\n";

static const char header_end[] = "\n"
                                 "#ifdef __cplusplus\n"
                                 "}\n"
                                 "#endif\n"
                                 "\n"
                                 "#endif\n";

static const char source_begin[] =
    "/* Generated from $proto$ by protoc-gen-onsale: do not edit. */\n"
    "#include \"$base$.onsale.h\"\n"
    "\n"
    "#include <stdlib.h>\n"
    "\n"
    "#include \"$base$.packing.h\"\n"
    "\n"
    "static const struct onsale_error out_of_memory = {\n"
    "    .status = ONSALE_OUT_OF_MEMORY,\n"
    "    .code = ONSALE__RPC__V1__CODE__CODE_RESOURCE_EXHAUSTED,\n"
    "    .reason = \"OUT_OF_MEMORY\",\n"
    "    .message = \"the caller is out of memory\",\n"
    "};\n"
    "static const struct onsale_call_id no_call;\n";

/* A pointer to a function is called only with its own type: what the channel calls is a function of
 * the channel's type, which then calls the caller's. */
static const char source_method[] =
    "\n"
    "const struct onsale_method $client$_method = {\n"
    "    .name = \"$full_name$\",\n"
    "    .request = &$request$__descriptor,\n"
    "    .response = &$response$__descriptor,\n"
    "    .endpoint = ONSALE_ENDPOINT_$endpoint$,\n"
    "    .is_read = $is_read$,\n"
    "    .request_packer = &$request$__packer,\n"
    "    .response_packer = &$response$__packer,\n"
    "};\n"
    "\n"
    "enum onsale_status $client$(\n"
    "    struct onsale_channel *channel, const $Request$ *request,\n"
    "    const struct onsale_call_options *options, $Response$ **ret_response,\n"
    "    struct onsale_error *ret_error)\n"
    "{\n"
    "    ProtobufCMessage *response = NULL;\n"
    "    enum onsale_status status = onsale_channel_call(\n"
    "        channel, &$client$_method, &request->base,\n"
    "        options, &response, ret_error);\n"
    "    if (status == ONSALE_OK)\n"
    "        *ret_response = ($Response$ *)response;\n"
    "    return status;\n"
    "}\n"
    "\n"
    "struct $client$_callback {\n"
    "    $client$_done *done;\n"
    "    void *context;\n"
    "};\n"
    "\n"
    "static void $client$_ended(\n"
    "    void *context, const struct onsale_error *error, const ProtobufCMessage *response)\n"
    "{\n"
    "    struct $client$_callback *callback = context;\n"
    "    $client$_done *done = callback->done;\n"
    "    void *done_context = callback->context;\n"
    "    free(callback);\n"
    "    done(done_context, error, (const $Response$ *)response);\n"
    "}\n"
    "\n"
    "struct onsale_call_id $client$_async(\n"
    "    struct onsale_channel *channel, const $Request$ *request,\n"
    "    const struct onsale_call_options *options,\n"
    "    $client$_done *done, void *context)\n"
    "{\n"
    "    struct $client$_callback *callback = malloc(sizeof *callback);\n"
    "    if (callback == NULL) {\n"
    "        done(context, &out_of_memory, NULL);\n"
    "        return no_call;\n"
    "    }\n"
    "    callback->done = done;\n"
    "    callback->context = context;\n"
    "    return onsale_channel_call_async(\n"
    "        channel, &$client$_method, &request->base,\n"
    "        options, $client$_ended, callback);\n"
    "}\n";

static void emit_service(const struct generation *generation,
                         const Google__Protobuf__FileDescriptorProto *file, size_t service,
                         struct text *header, struct text *source)
{
    struct text_variable variables[VARIABLES_MAX];
    variables_of_service(generation->arena, file, service, variables);
    text_fill(header, header_service, variables);
    for (size_t i = 0; i < file->service[service]->n_method; i++) {
        variables_of_method(generation, file, service, i, variables);
        text_fill(header, header_method, variables);
        text_fill(source, source_method, variables);
    }
}

void emit_client(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file)
{
    struct arena *arena = generation->arena;
    struct text header;
    struct text source;
    struct text_variable variables[VARIABLES_MAX];
    text_init(&header, arena);
    text_init(&source, arena);

    variables_of_file(arena, file, variables);
    text_fill(&header, header_begin, variables);
    text_fill(&source, source_begin, variables);
    for (size_t i = 0; i < file->n_service; i++)
        emit_service(generation, file, i, &header, &source);
    text_add(&header, header_end);

    generation_add_file(generation, name_output(arena, file->name, ".onsale.h"), &header);
    generation_add_file(generation, name_output(arena, file->name, ".onsale.c"), &source);
}
