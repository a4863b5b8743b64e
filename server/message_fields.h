/* message_fields.h -- What a message says, as fields of a log line. Pure. */
#ifndef SERVER_MESSAGE_FIELDS_H
#define SERVER_MESSAGE_FIELDS_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "service/log_format.h"

enum { MESSAGE_FIELDS_MAX = 40, MESSAGE_FIELDS_TEXT_BYTES = 3072 };

struct message_fields {
    size_t count;
    struct log_field fields[MESSAGE_FIELDS_MAX];
    char text[MESSAGE_FIELDS_TEXT_BYTES]; /* names and values */
    size_t length;
};

/** Adds a field. Beyond the room for fields or text it is dropped. */
void message_fields_add(struct message_fields *fields, const char *name, const char *value);

/** Adds the members of a message that are set, those of messages in it with a dot. Of lists of
 * numbers the first few and how many more, of lists of messages how many; bytes are left out.
 * @param but_not  Members of this type are left out; NULL: none. */
void message_fields_add_message(struct message_fields *fields, const ProtobufCMessage *message,
                                const ProtobufCMessageDescriptor *but_not);

/** Adds what differs between two messages of one type: a member "name" with its value now, and
 * "name.was". */
void message_fields_add_change(struct message_fields *fields, const ProtobufCMessage *before,
                               const ProtobufCMessage *now);

/** @return The member of a message that is a message of this type; NULL if there is none. */
const ProtobufCMessage *message_member(const ProtobufCMessage *message,
                                       const ProtobufCMessageDescriptor *type);

#endif
