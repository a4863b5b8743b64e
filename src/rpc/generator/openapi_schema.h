/* openapi_schema.h -- Messages and enums as JSON schemas. */
#ifndef RPC_GENERATOR_OPENAPI_SCHEMA_H
#define RPC_GENERATOR_OPENAPI_SCHEMA_H

#include "rpc/generator/generation.h"
#include "rpc/generator/openapi_text.h"

/** Where a message stands, for its comments. */
struct openapi_message {
    const Google__Protobuf__FileDescriptorProto *file;
    const Google__Protobuf__DescriptorProto *message;
    size_t index; /* in the file */
};

/** Finds a message by its full name. `message` is NULL if there is none. */
struct openapi_message openapi_find_message(const struct generation *generation,
                                            const char *full_name);

/** The comment of a field. */
const char *openapi_comment_of_field(const struct generation *generation,
                                     const struct openapi_message *message, size_t field);

/** Adds what is known of a field's values, to the object that is open. */
void openapi_add_type(struct openapi_text *text,
                      const Google__Protobuf__FieldDescriptorProto *field);

/** Adds a field as a member of the object "properties". */
void openapi_add_property(struct openapi_text *text, const struct generation *generation,
                          const struct openapi_message *message, size_t field);

/** Adds every message and enum of a file to the object "schemas". */
void openapi_add_schemas(struct openapi_text *text, const struct generation *generation,
                         const Google__Protobuf__FileDescriptorProto *file);

#endif
