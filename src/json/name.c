#include "json/name.h"

#include <string.h>

/* The next letter of the JSON name; moves on in the name of the .proto. '\0' at its end. */
static char next_letter(const char **name)
{
    bool is_capital = false;
    for (; **name == '_'; (*name)++)
        is_capital = true;
    char letter = **name;
    if (letter != '\0') (*name)++;
    return (char)(is_capital && letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
}

/* @return The end of what was written, at most strlen(name) letters. */
static char *write_name(char *to, const char *name)
{
    for (char letter = next_letter(&name); letter != '\0'; letter = next_letter(&name))
        *to++ = letter;
    return to;
}

/* Gives back the room that underscores took. */
static void end_at(struct json_buffer *buffer, const char *end)
{
    buffer->size = (size_t)(end - buffer->bytes);
}

void json_buffer_add_name(struct json_buffer *buffer, const char *name)
{
    char *to = json_buffer_extend(buffer, strlen(name));
    if (to != NULL) end_at(buffer, write_name(to, name));
}

void json_buffer_add_key(struct json_buffer *buffer, char before, const char *name)
{
    char *to = json_buffer_extend(buffer, strlen(name) + 4);
    if (to == NULL) return;
    *to++ = before;
    *to++ = '"';
    to = write_name(to, name);
    *to++ = '"';
    *to++ = ':';
    end_at(buffer, to);
}

static bool is_json_name(const char *name, const char *wanted, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (wanted[i] == '\0' || next_letter(&name) != wanted[i]) return false;
    return next_letter(&name) == '\0';
}

const ProtobufCFieldDescriptor *json_find_field(const ProtobufCMessageDescriptor *descriptor,
                                                const char *name, size_t length)
{
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        bool is_own = strlen(field->name) == length && memcmp(field->name, name, length) == 0;
        if (is_own || is_json_name(field->name, name, length)) return field;
    }
    return NULL;
}

bool json_name_is_of_id(const char *name)
{
    size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, "_id") == 0;
}
