/* read_options.h -- How JSON is read, and why it was refused. */
#ifndef JSON_READ_OPTIONS_H
#define JSON_READ_OPTIONS_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

/** How to read. Zero is the default of everything. */
struct json_read_options {
    bool ignore_unknown; /* fields, and names of enums, that are unknown are passed over */
    bool uuids;          /* bytes of fields named *_id may be a UUID with its dashes as well: as
                            base64 that would be 27 bytes */
    bool hex_tokens;     /* bytes of fields named `token` may be 56 hex digits as well: as base64
                            that would be 42 bytes, and a token has 28 */
};

/** Why text was refused. */
struct json_error {
    char path[128];     /* for example "items[3].seatId"; "" if it is the text as a whole */
    char what[128];     /* for example "must be 0..4294967295" */
    size_t offset;      /* byte of the text near which it is */
    bool out_of_memory; /* the arena's end, and not the text, is the reason */

    /* If a name is unknown: which, and of what. Both NULL: there is another reason. */
    char unknown[64];
    const ProtobufCMessageDescriptor *of_message; /* that has no such field */
    const ProtobufCEnumDescriptor *of_enum;       /* that has no such value */
};

#endif
