/* field.h -- Where the values of a field lie in a message of protobuf-c: fields of proto3 without
 * the word `optional`, which protobuf-c 1.4 does not know. */
#ifndef JSON_FIELD_H
#define JSON_FIELD_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

/** Size of one value in memory. */
size_t json_field_size(const ProtobufCFieldDescriptor *field);

/** The value of a singular field, or the pointer to the elements of a repeated one. */
void *json_field_at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/** Elements of a repeated field. */
size_t *json_field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/** Whether the field belongs to a oneof. */
bool json_field_is_of_oneof(const ProtobufCFieldDescriptor *field);

/** Whether a singular field is there: of a oneof the member in use, of the others those that are
 * not at their default. */
bool json_field_is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/** Whether a singular field is set, or another member of its oneof. */
bool json_field_is_taken(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/** Whether a singular field can be shown at its default: one that is no message and of no oneof. */
bool json_field_has_default(const ProtobufCFieldDescriptor *field);

/** Notes that a member of a oneof is set; of other fields there is nothing to note. */
void json_field_mark(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

#endif
