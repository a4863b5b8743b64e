/* shape.h -- The lines of C that pack and unpack a field, by what it is. */
#ifndef RPC_GENERATOR_SHAPE_H
#define RPC_GENERATOR_SHAPE_H

#include "rpc/generator/variables.h"

/** Templates of the lines of a field in each of the three functions of its message. */
struct shape {
    const char *measure;
    const char *put;
    const char *read;
};

/** The shape of a field. One that the generated code does not cover has lines that leave the
 * message to protobuf-c. */
const struct shape *shape_of(const Google__Protobuf__FileDescriptorProto *file,
                             const Google__Protobuf__FieldDescriptorProto *field);

/** What the templates of a shape name.
 * @param shape  Of the field. */
void variables_of_field(struct arena *arena, const Google__Protobuf__FieldDescriptorProto *field,
                        const struct shape *shape,
                        struct text_variable ret_variables[VARIABLES_MAX]);

#endif
