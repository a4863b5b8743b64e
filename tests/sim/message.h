/* message.h -- Any protobuf message, by its descriptor: made, copied, compared, printed. */
#ifndef SIM_MESSAGE_H
#define SIM_MESSAGE_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"

/** An empty message in the arena. */
void *message_make(struct arena *arena, const ProtobufCMessageDescriptor *descriptor);

/** A repeated field of `count` empty messages in the arena. */
void *message_make_array(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                         size_t count);

/** @return NULL if the bytes are not such a message. */
void *message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                     ProtobufCBinaryData bytes);

ProtobufCBinaryData message_pack(struct arena *arena, const ProtobufCMessage *message);

/** A deep copy. */
void *message_copy(struct arena *arena, const void *message);

ProtobufCBinaryData message_bytes(struct arena *arena, const void *bytes, size_t size);

bool message_bytes_equal(ProtobufCBinaryData a, ProtobufCBinaryData b);

/** Whether an answer is the expected one, but for what nobody can foretell: tokens, versions and
 * estimates must only be of the right kind.
 * @param expected,actual  Of one type, with enums and numbers compared by value. */
bool message_is_as_expected(const ProtobufCMessage *expected, const ProtobufCMessage *actual);

/** One line: field: value field: { ... }. */
void message_print(FILE *out, const ProtobufCMessage *message);

/** Bytes that an element of a field takes in memory. */
size_t message_element_size(const ProtobufCFieldDescriptor *field);

#endif
