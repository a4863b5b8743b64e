/* json_reader.h -- Reads a JSON object into a message, by a table of the keys it may have; problems
 * name the path of the value.
 *
 * The first problem ends the reading: check json_ok once, at the end. */
#ifndef CLIENT_COMMAND_JSON_READER_H
#define CLIENT_COMMAND_JSON_READER_H

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum { JSON_PATH_BYTES = 192 };

/** Zeroed but for the first three, it is ready. */
struct json_reader {
    struct arena *arena; /* for texts and messages */
    char *problem;       /* a buffer of the owner; empty: none */
    size_t problem_size;
    char path[JSON_PATH_BYTES]; /* of what is being read */
};

enum json_kind {
    JSON_NUMBER, /* whole, min..max */
    JSON_TEXT,   /* min..max bytes */
    JSON_MOMENT, /* RFC 3339; a field in milliseconds */
    JSON_MEMBER, /* an object by `keys`, into a message of its own */
    JSON_PART,   /* an object by `keys`, into fields of the same message */
    JSON_LIST,   /* min..max objects by `keys` */
    JSON_OTHER,  /* whatever `read` takes */
};

/** A key of an object. A list of these ends with key NULL. */
struct json_key {
    const char *key;
    const char *field; /* of the message */
    enum json_kind kind;
    int64_t min;
    int64_t max;
    const struct json_key *keys;
    void (*read)(struct json_reader *reader, const json_t *value, ProtobufCMessage *message);
    bool is_optional;
    const char *instead_of; /* another key: exactly one of the two must be there */
};

/** Notes a problem, unless there is one already.
 * @param key  Of the object being read; NULL: the problem is with itself. */
__attribute__((format(printf, 3, 4))) void json_complain(struct json_reader *reader,
                                                         const char *key, const char *format, ...);

/** Whether there is no problem so far. */
bool json_ok(const struct json_reader *reader);

/** Whether a value is an object with the keys of the table and no others. */
bool json_check_keys(struct json_reader *reader, const json_t *value, const struct json_key *keys);

/** The number at a key of an object, in the key's range; its min after a problem. */
int64_t json_number(struct json_reader *reader, const json_t *object, const struct json_key *key);

/** Reads a value that must be an object as the table says. */
void json_read(struct json_reader *reader, const json_t *value, const struct json_key *keys,
               ProtobufCMessage *message);

/** A message in the arena. @return NULL after a problem. */
ProtobufCMessage *json_make_message(struct json_reader *reader,
                                    const ProtobufCMessageDescriptor *descriptor);

#endif
