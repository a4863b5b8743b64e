/* shape.h -- The lines of C that pack and unpack a field, by its type and label. */
#ifndef RPC_GENERATOR_SHAPE_H
#define RPC_GENERATOR_SHAPE_H

#include "rpc/generator/variables.h"

/** Templates of the lines of a field in each of the three functions of its message, and of the
 * functions that pack the field alone: "" if there are none. */
struct shape {
    const char *measure;
    const char *put;
    const char *read;
    const char *alone;
};

/** The shape of a field. One that the generated code does not cover has lines that leave the
 * message to protobuf-c. */
const struct shape *shape_of(const Google__Protobuf__FileDescriptorProto *file,
                             const Google__Protobuf__FieldDescriptorProto *field);

/** What the templates of a shape name.
 * @param message  Prefix of the C names of the field's message.
 * @param shape  Of the field. */
void variables_of_field(struct arena *arena, const Google__Protobuf__FieldDescriptorProto *field,
                        const char *message, const struct shape *shape,
                        struct text_variable ret_variables[VARIABLES_MAX]);

/** Fields are written and read in the order of their numbers, whatever it is in the file.
 * @return The index of the field with the lowest number above `after`; n_field: there is none. */
size_t shape_next_field(const Google__Protobuf__DescriptorProto *message, int32_t after);

#endif
