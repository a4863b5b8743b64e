#include "schema/descriptors.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct descriptors {
    Google__Protobuf__FileDescriptorSet *set;
};

struct descriptors *descriptors_open(const uint8_t *bytes, size_t size)
{
    struct descriptors *descriptors = malloc(sizeof *descriptors);
    if (descriptors == NULL) return NULL;
    descriptors->set = google__protobuf__file_descriptor_set__unpack(NULL, size, bytes);
    if (descriptors->set != NULL) return descriptors;
    free(descriptors);
    return NULL;
}

void descriptors_close(struct descriptors *descriptors)
{
    if (descriptors == NULL) return;
    google__protobuf__file_descriptor_set__free_unpacked(descriptors->set, NULL);
    free(descriptors);
}

const Google__Protobuf__FileDescriptorSet *descriptors_all(const struct descriptors *descriptors)
{
    return descriptors->set;
}

const Google__Protobuf__FileDescriptorProto *
descriptors_find_file(const struct descriptors *descriptors, const char *name)
{
    for (size_t i = 0; i < descriptors->set->n_file; i++)
        if (strcmp(descriptors->set->file[i]->name, name) == 0) return descriptors->set->file[i];
    return NULL;
}

/* What follows a name and a dot; NULL if the text does not begin so. An empty rest is the thing
 * itself. */
static const char *rest_of(const char *text, const char *name)
{
    size_t size = strlen(name);
    if (strncmp(text, name, size) != 0) return NULL;
    if (text[size] == '\0') return text + size;
    return text[size] == '.' ? text + size + 1 : NULL;
}

static bool is_whole(const char *rest)
{
    return rest != NULL && rest[0] == '\0';
}

static bool service_has(const Google__Protobuf__ServiceDescriptorProto *service, const char *rest)
{
    if (rest == NULL) return false;
    for (size_t i = 0; i < service->n_method; i++)
        if (strcmp(service->method[i]->name, rest) == 0) return true;
    return is_whole(rest);
}

/* Levels of messages within messages are few; a symbol's dots bound them in any case. */
static bool message_has(const Google__Protobuf__DescriptorProto *message, const char *rest)
{
    if (rest == NULL) return false;
    for (size_t i = 0; i < message->n_nested_type; i++)
        if (message_has(message->nested_type[i], rest_of(rest, message->nested_type[i]->name)))
            return true;
    for (size_t i = 0; i < message->n_enum_type; i++)
        if (is_whole(rest_of(rest, message->enum_type[i]->name))) return true;
    return is_whole(rest);
}

static bool file_has(const Google__Protobuf__FileDescriptorProto *file, const char *symbol)
{
    const char *rest = file->package == NULL ? symbol : rest_of(symbol, file->package);
    if (rest == NULL) return false;
    for (size_t i = 0; i < file->n_service; i++)
        if (service_has(file->service[i], rest_of(rest, file->service[i]->name))) return true;
    for (size_t i = 0; i < file->n_message_type; i++)
        if (message_has(file->message_type[i], rest_of(rest, file->message_type[i]->name)))
            return true;
    for (size_t i = 0; i < file->n_enum_type; i++)
        if (is_whole(rest_of(rest, file->enum_type[i]->name))) return true;
    return false;
}

const Google__Protobuf__FileDescriptorProto *
descriptors_find_symbol(const struct descriptors *descriptors, const char *symbol)
{
    for (size_t i = 0; i < descriptors->set->n_file; i++)
        if (file_has(descriptors->set->file[i], symbol)) return descriptors->set->file[i];
    return NULL;
}
