/* message.h -- Fields of messages by name, by the descriptors of protobuf-c: for tables that name
 * the fields they print or fill. Supported types: uint32, uint64, int64, bool, enum, string, bytes
 * and message; any other ends the process. Safe from any thread. */
#ifndef CLIENT_COMMAND_MESSAGE_H
#define CLIENT_COMMAND_MESSAGE_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

/** Where a field's value is, or its values. */
struct place {
    const ProtobufCFieldDescriptor *field; /* NULL: the message has none of this name */
    void *at;                              /* the value; of a repeated field the first */
    size_t count;                          /* of a repeated field; else 1 */
};

/** The place of a field. */
struct place message_place(const ProtobufCMessage *message, const char *name);
struct place message_place_of(const ProtobufCMessage *message,
                              const ProtobufCFieldDescriptor *field);

/** One of the values of a repeated field. */
const void *place_element(const struct place *place, size_t i);

/** The number that a value is, which is no text, bytes or message. */
int64_t value_number(const ProtobufCFieldDescriptor *field, const void *at);

/** The number that a value is; of text, bytes and repeated fields, how many there are. */
int64_t place_number(const struct place *place);

/** Sets a number of either size. */
void place_set_number(const struct place *place, int64_t number);

/** Makes a repeated field of values that are there. */
void message_set_list(ProtobufCMessage *message, const char *name, void *values, size_t count);

/** The member of a message, of several the first, which must be there; the message itself if name
 * is NULL. */
const ProtobufCMessage *message_member(const ProtobufCMessage *message, const char *name);

#endif
