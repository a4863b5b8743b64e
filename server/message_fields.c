#include "server/message_fields.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 96, VALUE_BYTES = 512, LIST_SHOWN = 16 };

/* @return Where the text was put; NULL if there is no room. */
static const char *keep(struct message_fields *fields, const char *text)
{
    size_t size = strlen(text) + 1;
    char *place = fields->text + fields->length;
    if (fields->length + size > sizeof fields->text) return NULL;
    memcpy(place, text, size);
    fields->length += size;
    return place;
}

void message_fields_add(struct message_fields *fields, const char *name, const char *value)
{
    if (fields->count == MESSAGE_FIELDS_MAX) return;
    const char *kept_name = keep(fields, name);
    const char *kept_value = keep(fields, value);
    if (kept_name == NULL || kept_value == NULL) return;
    fields->fields[fields->count++] = (struct log_field){kept_name, kept_value};
}

static const void *at(const void *base, size_t offset)
{
    return (const char *)base + offset;
}

/* @param value  Of the member, or of an element of a list. @return Whether it can be shown. */
static bool value_text(const ProtobufCFieldDescriptor *field, const void *value,
                       char ret_text[VALUE_BYTES])
{
    const ProtobufCEnumValue *named;
    if (field->type == PROTOBUF_C_TYPE_BOOL)
        snprintf(ret_text, VALUE_BYTES, "%s",
                 *(const protobuf_c_boolean *)value ? "true" : "false");
    else if (field->type == PROTOBUF_C_TYPE_UINT32)
        snprintf(ret_text, VALUE_BYTES, "%" PRIu32, *(const uint32_t *)value);
    else if (field->type == PROTOBUF_C_TYPE_INT32)
        snprintf(ret_text, VALUE_BYTES, "%" PRId32, *(const int32_t *)value);
    else if (field->type == PROTOBUF_C_TYPE_UINT64)
        snprintf(ret_text, VALUE_BYTES, "%" PRIu64, *(const uint64_t *)value);
    else if (field->type == PROTOBUF_C_TYPE_INT64)
        snprintf(ret_text, VALUE_BYTES, "%" PRId64, *(const int64_t *)value);
    else if (field->type == PROTOBUF_C_TYPE_STRING)
        snprintf(ret_text, VALUE_BYTES, "%s", *(const char *const *)value);
    else if (field->type == PROTOBUF_C_TYPE_ENUM) {
        named = protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)value);
        snprintf(ret_text, VALUE_BYTES, "%s", named == NULL ? "?" : named->name);
    } else
        return false;
    return true;
}

static size_t element_size(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_INT64 ||
                   field->type == PROTOBUF_C_TYPE_STRING
               ? sizeof(uint64_t)
               : sizeof(uint32_t);
}

static void list_text(const ProtobufCFieldDescriptor *field, const void *list, size_t count,
                      char ret_text[VALUE_BYTES])
{
    char value[VALUE_BYTES];
    size_t length = 0;
    size_t shown = 0;
    for (; shown < count && shown < LIST_SHOWN; shown++) {
        if (!value_text(field, at(list, shown * element_size(field)), value)) break;
        int added = snprintf(ret_text + length, VALUE_BYTES - length, "%s%.24s",
                             shown == 0 ? "" : ",", value);
        length += (size_t)added;
    }
    if (shown < count)
        snprintf(ret_text + length, VALUE_BYTES - length, shown == 0 ? "%zu" : ",+%zu",
                 count - shown);
}

static bool is_list(const ProtobufCFieldDescriptor *field)
{
    return field->label == PROTOBUF_C_LABEL_REPEATED;
}

/* What proto3 does not send is not set. @return False if it is not, or can't be shown. */
static bool member_text(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                        char ret_text[VALUE_BYTES])
{
    const void *value = at(message, field->offset);
    if (is_list(field)) {
        size_t count = *(const size_t *)at(message, field->quantifier_offset);
        if (count > 0) list_text(field, *(const void *const *)value, count, ret_text);
        return count > 0;
    }
    return value_text(field, value, ret_text);
}

static bool is_unset(const ProtobufCFieldDescriptor *field, const void *value, const char *text)
{
    if (field->type == PROTOBUF_C_TYPE_ENUM && !is_list(field)) return *(const int *)value == 0;
    return text[0] == '\0' || strcmp(text, "0") == 0 || strcmp(text, "false") == 0;
}

static const ProtobufCMessage *message_in(const ProtobufCMessage *message,
                                          const ProtobufCFieldDescriptor *field)
{
    if (field->type != PROTOBUF_C_TYPE_MESSAGE || is_list(field)) return NULL;
    return *(const ProtobufCMessage *const *)at(message, field->offset);
}

static void add_members(struct message_fields *fields, const char *prefix,
                        const ProtobufCMessage *message, const ProtobufCMessageDescriptor *but_not)
{
    char name[NAME_BYTES];
    char text[VALUE_BYTES];
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const ProtobufCMessage *inner = message_in(message, field);
        snprintf(name, sizeof name, "%s%s", prefix, field->name);
        if (inner == NULL && member_text(message, field, text) &&
            !is_unset(field, at(message, field->offset), text))
            message_fields_add(fields, name, text);
        if (inner == NULL || inner->descriptor == but_not || prefix[0] != '\0') continue;
        snprintf(name, sizeof name, "%s.", field->name);
        add_members(fields, name, inner, but_not);
    }
}

void message_fields_add_message(struct message_fields *fields, const ProtobufCMessage *message,
                                const ProtobufCMessageDescriptor *but_not)
{
    add_members(fields, "", message, but_not);
}

void message_fields_add_change(struct message_fields *fields, const ProtobufCMessage *before,
                               const ProtobufCMessage *now)
{
    char was[VALUE_BYTES], is[VALUE_BYTES], name[NAME_BYTES];
    for (unsigned i = 0; i < now->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &now->descriptor->fields[i];
        if (is_list(field) || !member_text(before, field, was) || !member_text(now, field, is))
            continue;
        if (strcmp(was, is) == 0) continue;
        snprintf(name, sizeof name, "%s.was", field->name);
        message_fields_add(fields, field->name, is);
        message_fields_add(fields, name, was);
    }
}

const ProtobufCMessage *message_member(const ProtobufCMessage *message,
                                       const ProtobufCMessageDescriptor *type)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCMessage *inner = message_in(message, &message->descriptor->fields[i]);
        if (inner != NULL && inner->descriptor == type) return inner;
    }
    return NULL;
}
