/* emit.h -- The five things that the plugin can write about a .proto file. */
#ifndef RPC_GENERATOR_EMIT_H
#define RPC_GENERATOR_EMIT_H

#include "base/arena.h"
#include "google/protobuf/compiler/plugin.pb-c.h"
#include "rpc/generator/text.h"

/** One run of the plugin. */
struct generation {
    struct arena *arena; /* for all it makes */
    const Google__Protobuf__Compiler__CodeGeneratorRequest *request;
    Google__Protobuf__Compiler__CodeGeneratorResponse response;
};

/** Does what the request asks for: fills the response, either with files or with an error.
 * @param request  Must outlive the generation. */
void generate(struct generation *generation, struct arena *arena,
              const Google__Protobuf__Compiler__CodeGeneratorRequest *request);

/** Adds a file to the response. At most two for each file of the request. */
void generation_add_file(struct generation *generation, char *name, const struct text *content);

/** The file of the request with this name, or NULL. */
const Google__Protobuf__FileDescriptorProto *
generation_find_file(const struct generation *generation, const char *name);

/** "onsale/v1/queue.onsale.h" and ".c": typed functions that make the calls. */
void emit_client(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file);

/** "onsale/v1/queue.methods.h": declarations of the functions that answer the calls. */
void emit_server(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file);

/** "onsale/v1/queue.packing.h" and ".c": code that packs and unpacks the messages. */
void emit_packing(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file);

/** "onsale/rpc/v1/rpc.fields.h": code that packs each field of the messages by itself. */
void emit_fields(struct generation *generation, const Google__Protobuf__FileDescriptorProto *file);

/** "API.md": all files of the request, for people. */
void emit_reference(struct generation *generation);

#endif
