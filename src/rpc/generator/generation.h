/* generation.h -- One run of the plugin: the request of protoc and the response to it. */
#ifndef RPC_GENERATOR_GENERATION_H
#define RPC_GENERATOR_GENERATION_H

#include "base/arena.h"
#include "google/protobuf/compiler/plugin.pb-c.h"
#include "rpc/generator/text.h"

/** One run of the plugin. */
struct generation {
    struct arena *arena; /* for all it makes */
    const Google__Protobuf__Compiler__CodeGeneratorRequest *request;
    Google__Protobuf__Compiler__CodeGeneratorResponse response;
};

/** Adds a file to the response. At most two for each file of the request. */
void generation_add_file(struct generation *generation, char *name, const struct text *content);

/** The file of the request with this name, or NULL. */
const Google__Protobuf__FileDescriptorProto *
generation_find_file(const struct generation *generation, const char *name);

/** The message with this full name, ".onsale.v1.Seat", of any file of the request, or NULL. */
const Google__Protobuf__DescriptorProto *
generation_find_message(const struct generation *generation, const char *full_name);

#endif
