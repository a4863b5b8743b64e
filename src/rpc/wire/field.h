/* field.h -- What protobuf-c's descriptor of a field says, as far as the fields are plain: those of
 * a proto3 file that are no oneof, of the types in field_element_size. */
#ifndef RPC_WIRE_FIELD_H
#define RPC_WIRE_FIELD_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

/** Whether the field is singular, and there if it is not zero. */
static inline bool field_is_plain_singular(const ProtobufCFieldDescriptor *field)
{
    return field->label == PROTOBUF_C_LABEL_NONE && field->quantifier_offset == 0;
}

/** Whether elements of the type may share one tag: they are numbers. */
static inline bool field_is_packable(ProtobufCType type)
{
    return type != PROTOBUF_C_TYPE_STRING && type != PROTOBUF_C_TYPE_BYTES &&
           type != PROTOBUF_C_TYPE_MESSAGE;
}

/** Bytes of an element of a repeated field in memory.
 * @return 0 if the type is not one of plain fields. */
size_t field_element_size(ProtobufCType type);

#endif
