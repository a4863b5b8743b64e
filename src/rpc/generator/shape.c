#include "rpc/generator/shape.h"

#include <stdbool.h>
#include <string.h>

#include "rpc/generator/names.h"

/* What comes behind a head with its length, and is put in place by the caller. */
#define HEADED                                                                                     \
    "static inline size_t $message$__measure_$field$(size_t size)\n"                               \
    "{\n"                                                                                          \
    "    return packer_measure_headed($tag$, size);\n"                                             \
    "}\n"                                                                                          \
    "\n"                                                                                           \
    "static inline uint8_t *$message$__put_$field$_head(uint8_t *end, size_t size)\n"              \
    "{\n"                                                                                          \
    "    return packer_put_head(end, $tag$, size);\n"                                              \
    "}\n"                                                                                          \
    "\n"

static const struct shape number_shape = {
    "    size += packer_measure_number($tag$, $widened$message->$field$);\n",
    "    end = packer_put_number(end, $tag$, $widened$message->$field$);\n",
    "    if (packer_next_is(&reader, $tag$)) {\n"
    "        if (!wire_read_varint(&reader, &number)) return false;\n"
    "        message->$field$ = ($type$)number;\n"
    "    }\n",
    "static inline size_t $message$__measure_$field$($type$ value)\n"
    "{\n"
    "    return packer_measure_number($tag$, $widened$value);\n"
    "}\n"
    "\n"
    "static inline uint8_t *$message$__put_$field$(uint8_t *end, $type$ value)\n"
    "{\n"
    "    return packer_put_number(end, $tag$, $widened$value);\n"
    "}\n"
    "\n"
    "static inline bool $message$__next_$field$(struct wire_reader *reader,\n"
    "                                           uint64_t *ret_number)\n"
    "{\n"
    "    return packer_next_is(reader, $tag$) && wire_read_varint(reader, ret_number);\n"
    "}\n",
};

static const struct shape boolean_shape = {
    "    size += packer_measure_number($tag$, message->$field$ != 0);\n",
    "    end = packer_put_number(end, $tag$, message->$field$ != 0);\n",
    "    if (packer_next_is(&reader, $tag$) && !packer_read_boolean(&reader, &message->$field$))\n"
    "        return false;\n",
    "static inline size_t $message$__measure_$field$(bool value)\n"
    "{\n"
    "    return packer_measure_number($tag$, $widened$value);\n"
    "}\n"
    "\n"
    "static inline uint8_t *$message$__put_$field$(uint8_t *end, bool value)\n"
    "{\n"
    "    return packer_put_number(end, $tag$, $widened$value);\n"
    "}\n"
    "\n"
    "static inline bool $message$__next_$field$(struct wire_reader *reader,\n"
    "                                           uint64_t *ret_number)\n"
    "{\n"
    "    return packer_next_is(reader, $tag$) && wire_read_varint(reader, ret_number);\n"
    "}\n",
};

static const struct shape text_shape = {
    "    size += packer_measure_text($tag$, message->$field$);\n",
    "    end = packer_put_text(end, $tag$, message->$field$);\n",
    "    if (packer_next_is(&reader, $tag$) &&\n"
    "        (!packer_read_chunk(&reader, &chunk) ||\n"
    "         (message->$field$ = packer_read_text(unpacking, chunk)) == NULL))\n"
    "        return false;\n",
    "static inline size_t $message$__measure_$field$(const char *value)\n"
    "{\n"
    "    return packer_measure_text($tag$, value);\n"
    "}\n"
    "\n"
    "static inline uint8_t *$message$__put_$field$(uint8_t *end, const char *value)\n"
    "{\n"
    "    return packer_put_text(end, $tag$, value);\n"
    "}\n"
    "\n"
    "static inline bool $message$__next_$field$(struct wire_reader *reader,\n"
    "                                           struct wire_reader *ret_chunk)\n"
    "{\n"
    "    return packer_next_is(reader, $tag$) && packer_read_chunk(reader, ret_chunk);\n"
    "}\n",
};

static const struct shape bytes_shape = {
    "    size += packer_measure_bytes($tag$, message->$field$);\n",
    "    end = packer_put_bytes(end, $tag$, message->$field$);\n",
    "    if (packer_next_is(&reader, $tag$) &&\n"
    "        (!packer_read_chunk(&reader, &chunk) ||\n"
    "         !packer_read_bytes(unpacking, chunk, &message->$field$)))\n"
    "        return false;\n",
    "static inline size_t $message$__measure_$field$(size_t size)\n"
    "{\n"
    "    return size == 0 ? 0 : packer_measure_headed($tag$, size);\n"
    "}\n"
    "\n"
    "static inline uint8_t *$message$__put_$field$_head(uint8_t *end, size_t size)\n"
    "{\n"
    "    return size == 0 ? end : packer_put_head(end, $tag$, size);\n"
    "}\n"
    "\n"
    "static inline bool $message$__next_$field$(struct wire_reader *reader,\n"
    "                                           struct wire_reader *ret_chunk)\n"
    "{\n"
    "    return packer_next_is(reader, $tag$) && packer_read_chunk(reader, ret_chunk);\n"
    "}\n",
};

static const struct shape inner_shape = {
    "    size += packer_measure_inner($tag$, message->$field$, $inner$__measure);\n",
    "    end = packer_put_inner(end, $tag$, message->$field$, $inner$__put);\n",
    "    if (packer_next_is(&reader, $tag$) &&\n"
    "        (!packer_read_chunk(&reader, &chunk) ||\n"
    "         (message->$field$ = packer_read_inner(unpacking, chunk, depth + 1,\n"
    "                                               &$inner$__packer)) == NULL))\n"
    "        return false;\n",
    HEADED "static inline bool $message$__next_$field$(struct wire_reader *reader,\n"
           "                                           struct wire_reader *ret_chunk)\n"
           "{\n"
           "    return packer_next_is(reader, $tag$) && packer_read_chunk(reader, ret_chunk);\n"
           "}\n",
};

static const struct shape inners_shape = {
    "    size += packer_measure_inners($tag$, message->$field$, message->n_$field$,\n"
    "                                  $inner$__measure);\n",
    "    end = packer_put_inners(end, $tag$, message->$field$, message->n_$field$,\n"
    "                            $inner$__put);\n",
    "    if (packer_next_is(&reader, $tag$) &&\n"
    "        (message->$field$ = packer_read_inners(unpacking, &reader, $tag$, depth + 1,\n"
    "                                               &$inner$__packer, &message->n_$field$)) == "
    "NULL)\n"
    "        return false;\n",
    HEADED "static inline size_t $message$__count_$field$(const uint8_t *bytes, size_t size,\n"
           "                                              size_t count_max)\n"
           "{\n"
           "    return packer_count($tag$, bytes, size, count_max);\n"
           "}\n"
           "\n"
           "static inline bool $message$__next_$field$(struct wire_reader *reader,\n"
           "                                           struct wire_reader *ret_chunk)\n"
           "{\n"
           "    return packer_next_is(reader, $tag$) && packer_read_chunk(reader, ret_chunk);\n"
           "}\n",
};

static const struct shape packed_shape = {
    "    size += packer_measure_packed($tag$, $TYPE$, message->$field$, message->n_$field$);\n",
    "    end = packer_put_packed(end, $tag$, $TYPE$, message->$field$, message->n_$field$);\n",
    "    if (packer_next_is(&reader, $tag$) &&\n"
    "        (!packer_read_chunk(&reader, &chunk) ||\n"
    "         (message->$field$ = packer_read_packed(unpacking, chunk, $TYPE$,\n"
    "                                                &message->n_$field$)) == NULL))\n"
    "        return false;\n",
    "",
};

/* A message with this field falls back to protobuf-c; every message, if the field is required. */
static const struct shape no_shape = {
    "    size += PACKER_NOT_PLAIN; /* $field$ */\n",
    "",
    "",
    "",
};

/* What C and the wire know a type of protobuf as. */
struct type {
    const struct shape *singular; /* NULL: protobuf-c has to do */
    const struct shape *repeated;
    const char *name; /* of numbers */
    const char *constant;
};

#define TYPE(name) [GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_##name]
#define NUMBER(name, c_name)                                                                       \
    TYPE(name) = {&number_shape, &packed_shape, c_name, "PROTOBUF_C_TYPE_" #name}

static const struct type types[] = {
    NUMBER(INT32, "int32_t"),
    NUMBER(UINT32, "uint32_t"),
    NUMBER(ENUM, "int32_t"),
    NUMBER(INT64, "int64_t"),
    NUMBER(UINT64, "uint64_t"),
    TYPE(BOOL) = {&boolean_shape, &packed_shape, "", "PROTOBUF_C_TYPE_BOOL"},
    TYPE(STRING) = {&text_shape, NULL, "", ""},
    TYPE(BYTES) = {&bytes_shape, NULL, "", ""},
    TYPE(MESSAGE) = {&inner_shape, &inners_shape, "", ""},
};

static const struct type *type_of(const Google__Protobuf__FieldDescriptorProto *field)
{
    static const struct type unknown = {NULL, NULL, "", ""};
    size_t i = (size_t)field->type;
    return i < sizeof types / sizeof types[0] ? &types[i] : &unknown;
}

static bool is_unpacked(const Google__Protobuf__FieldDescriptorProto *field)
{
    return field->options != NULL && field->options->has_packed && !field->options->packed;
}

/* Only what proto3 has; a field with presence of its own is part of a oneof there. */
const struct shape *shape_of(const Google__Protobuf__FileDescriptorProto *file,
                             const Google__Protobuf__FieldDescriptorProto *field)
{
    enum { NUMBER_MAX = (1 << 14 >> 3) - 1 }; /* of tags of at most two bytes */
    const struct shape *shape =
        field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED
            ? type_of(field)->repeated
            : type_of(field)->singular;
    bool is_proto3 = file->syntax != NULL && strcmp(file->syntax, "proto3") == 0;
    bool is_plain = is_proto3 && field->number <= NUMBER_MAX && !field->has_oneof_index &&
                    !(shape == &packed_shape && is_unpacked(field));
    return is_plain && shape != NULL ? shape : &no_shape;
}

static bool is_chunk(const struct shape *shape)
{
    return shape != &number_shape && shape != &boolean_shape;
}

void variables_of_field(struct arena *arena, const Google__Protobuf__FieldDescriptorProto *field,
                        const char *message, const struct shape *shape,
                        struct text_variable ret_variables[VARIABLES_MAX])
{
    enum { TYPE_VARINT = 0, TYPE_BYTES = 2 };
    unsigned tag = (unsigned)field->number << 3 | (is_chunk(shape) ? TYPE_BYTES : TYPE_VARINT);
    const char *type = type_of(field)->name;
    const char *widened = strcmp(type, "int32_t") == 0 ? "(uint64_t)(int32_t)" : "(uint64_t)";
    bool is_enum = field->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM;
    const struct text_variable variables[] = {
        {"message", message},
        {"field", field->name},
        {"tag", text_format(arena, "%u", tag)},
        {"type", is_enum ? name_c_type(arena, field->type_name) : type},
        {"TYPE", type_of(field)->constant},
        {"widened", widened},
        {"inner", name_c_prefix(arena, field->type_name == NULL ? "" : field->type_name)},
        {NULL, NULL},
    };
    memcpy(ret_variables, variables, sizeof variables);
}

size_t shape_next_field(const Google__Protobuf__DescriptorProto *message, int32_t after)
{
    size_t next = message->n_field;
    for (size_t i = 0; i < message->n_field; i++)
        if (message->field[i]->number > after &&
            (next == message->n_field || message->field[i]->number < message->field[next]->number))
            next = i;
    return next;
}
