/* reader.h -- What the parts that read JSON share: where they are, and how they fail. */
#ifndef JSON_READER_H
#define JSON_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "json/read_options.h"

/** Where a value stands. Lives on the stack of who reads it. */
struct json_path {
    const struct json_path *outer; /* NULL: the message that is read */
    const char *name;              /* of a field as in the .proto; NULL: an element of the outer */
    size_t index;
};

struct json_reader {
    const char *begin;
    const char *at;
    const char *end;
    const struct json_read_options *options;
    struct arena *arena;
    struct json_error *error;
};

/** Notes what is wrong, and where. @return False. */
__attribute__((format(printf, 3, 4))) bool
json_fail(struct json_reader *reader, const struct json_path *path, const char *format, ...);

/** After json_fail: notes that a name was the reason; the caller says of what. */
void json_note_unknown(struct json_reader *reader, const char *name, size_t length);

/** As json_fail, for want of memory. */
bool json_fail_memory(struct json_reader *reader);

#endif
