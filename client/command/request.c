#include "client/command/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/command/input.h"
#include "client/command/suggestion.h"
#include "text/name.h"
#include "json/read.h"

enum { REQUEST_TEXT_BYTES_MAX = 16 * 1024 * 1024, PATH_SHOWN = 80 };

/* --- What is wrong with it -------------------------------------------------------------------- */

/* Small letters without "_", so that expires_at_ms and expiresAtMs are the same. */
static void simplify(const char *name, char ret_simple[64])
{
    size_t length = 0;
    for (; *name != '\0' && length < 63; name++)
        if (*name != '_')
            ret_simple[length++] = (char)(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name);
    ret_simple[length] = '\0';
}

static const char *find_near_field(const char *typed, const ProtobufCMessageDescriptor *message)
{
    char simple_typed[64], simple[64];
    const char *near = NULL;
    size_t distance = 0;
    simplify(typed, simple_typed);
    for (unsigned i = 0; i < message->n_fields; i++) {
        struct suggestion suggestion = {.typed = simple_typed};
        simplify(message->fields[i].name, simple);
        suggestion_offer(&suggestion, simple);
        if (suggestion.best == NULL || (near != NULL && suggestion.distance >= distance)) continue;
        near = message->fields[i].name;
        distance = suggestion.distance;
    }
    return near;
}

/* Most are what the names of an enum have in common. */
static const char *find_near_value(const char *typed, const ProtobufCEnumDescriptor *enumeration)
{
    struct suggestion suggestion = {.typed = typed};
    size_t length = strlen(typed);
    for (unsigned i = 0; i < enumeration->n_values; i++) {
        const char *name = enumeration->values[i].name;
        size_t name_length = strlen(name);
        bool ends_so = length > 0 && name_length > length &&
                       name[name_length - length - 1] == '_' &&
                       strcmp(name + name_length - length, typed) == 0;
        if (ends_so) return name;
        suggestion_offer(&suggestion, name);
    }
    return suggestion.best;
}

static const char *find_near(const struct json_error *error)
{
    if (error->of_message != NULL) return find_near_field(error->unknown, error->of_message);
    if (error->of_enum != NULL) return find_near_value(error->unknown, error->of_enum);
    return NULL;
}

static void complain(struct run *run, const struct json_error *error)
{
    const char *near = find_near(error);
    enum onsale_status status =
        error->out_of_memory ? ONSALE_OUT_OF_MEMORY : ONSALE_ARGUMENT_INVALID;
    run_fail(run, status, "%s%s%s%s%s%s (at byte %zu of the JSON)", error->path,
             error->path[0] == '\0' ? "" : ": ", error->what, near == NULL ? "" : "; did you mean ",
             near == NULL ? "" : near, near == NULL ? "" : "?", error->offset);
}

/* --- Reading it ------------------------------------------------------------------------------- */

static ProtobufCMessage *read_text(struct run *run, const ProtobufCMessageDescriptor *descriptor,
                                   const char *text, size_t size)
{
    static const struct json_read_options options = {.uuids = true, .hex_tokens = true};
    struct json_error error;
    ProtobufCMessage *request;
    if (json_read_message(descriptor, text, size, &options, &run->arena, &request, &error))
        return request;
    complain(run, &error);
    return NULL;
}

static ProtobufCMessage *read_file(struct run *run, const ProtobufCMessageDescriptor *descriptor,
                                   const char *path)
{
    size_t size;
    char *text = input_read(path, REQUEST_TEXT_BYTES_MAX, &size);
    if (text == NULL) {
        run_fail(run, ONSALE_ARGUMENT_INVALID, "%.*s: %s", text_head(path, PATH_SHOWN), path,
                 strerror(errno));
        return NULL;
    }
    ProtobufCMessage *request = read_text(run, descriptor, text, size);
    free(text);
    return request;
}

ProtobufCMessage *request_read(struct run *run, const ProtobufCMessageDescriptor *descriptor,
                               const char *word)
{
    if (word == NULL) word = "{}";
    if (strcmp(word, "-") == 0) return read_file(run, descriptor, "-");
    if (word[0] == '@') return read_file(run, descriptor, word + 1);
    return read_text(run, descriptor, word, strlen(word));
}
