/* json_reader.h -- Reads JSON whose shape is known, and says by its path what is not of that shape.
 *
 * The first problem sticks: after it every function returns an empty value, so that a reader of a
 * document reads straight through and looks at the problem once, at the end. */
#ifndef CLIENT_COMMAND_JSON_READER_H
#define CLIENT_COMMAND_JSON_READER_H

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/time.h"

/** A value with the way to it. The path is made when it is needed. */
struct json_node {
    const json_t *value;            /* NULL: absent, or read after a problem */
    const struct json_node *parent; /* NULL at the top */
    const char *key;                /* in an object */
    size_t place;                   /* in an array, where key is NULL */
};

struct json_reader {
    struct arena *arena; /* for texts */
    char *problem;       /* a buffer of the owner; empty: none */
    size_t problem_size;
};

/** Notes a problem with a node, unless there is one already. */
__attribute__((format(printf, 3, 4))) void
json_reader_fail(struct json_reader *reader, const struct json_node *node, const char *format, ...);

/** Whether there is no problem so far. */
bool json_reader_ok(const struct json_reader *reader);

/** A value that must be an object with no keys but these.
 * @param keys  Ends with NULL. */
void json_expect_object(struct json_reader *reader, const struct json_node *node,
                        const char *const *keys);

/** Member of an object. Absent: a problem if it is required. */
struct json_node json_member(struct json_reader *reader, const struct json_node *object,
                             const char *key, bool required);

/** @return Elements of a value that must be an array of min..max; 0 after a problem. */
size_t json_array_length(struct json_reader *reader, const struct json_node *array, size_t min,
                         size_t max);
struct json_node json_element(const struct json_node *array, size_t place);

/** A whole number in a range, text of a length in bytes (copied), an RFC 3339 moment. All must be
 * there. */
int64_t json_number(struct json_reader *reader, const struct json_node *object, const char *key,
                    int64_t min, int64_t max);
char *json_text(struct json_reader *reader, const struct json_node *object, const char *key,
                size_t min, size_t max);
unix_ms json_moment(struct json_reader *reader, const struct json_node *object, const char *key);

enum json_kind {
    JSON_KIND_NUMBER,
    JSON_KIND_TEXT,
    JSON_KIND_MOMENT,
    JSON_KIND_MEMBER,
    JSON_KIND_LIST,
    JSON_KIND_OTHER
};

/** A key of an object, and the field of a message that it is read into. A list of these ends with
 * key NULL. */
struct json_key {
    const char *key;
    const char *field; /* a NUMBER in 32 or 64 bits, a TEXT; a MOMENT in milliseconds */
    enum json_kind kind;
    int64_t min; /* of a NUMBER; bytes of a TEXT; elements of a LIST */
    int64_t max;
    const struct json_key *keys; /* of a MEMBER, of each element of a LIST */
    /** Of what is none of these: reads from the object into the message. */
    void (*read)(struct json_reader *reader, const struct json_node *object,
                 ProtobufCMessage *message);
};

/** A message in the arena. @return NULL after a problem. */
ProtobufCMessage *json_make_message(struct json_reader *reader, const struct json_node *node,
                                    const ProtobufCMessageDescriptor *descriptor);

/** Reads an object that must have no keys but these, of which all must be there but OTHER. */
void json_read_message(struct json_reader *reader, const struct json_node *object,
                       const struct json_key *keys, ProtobufCMessage *message);

/** Reads an array into the repeated field of a key. */
void json_read_list(struct json_reader *reader, const struct json_node *array,
                    const struct json_key *key, ProtobufCMessage *message);

#endif
