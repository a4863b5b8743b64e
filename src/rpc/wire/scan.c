#include "rpc/scan.h"

#include "base/limits.h"
#include "base/require.h"
#include "rpc/wire/utf8.h"
#include "rpc/wire/wire.h"

/* Singular fields seen are bits of one word. */
enum { FIELDS_MAX = 64 };

/* What is left of the limits that count over the whole message, and why it is refused. */
struct scan {
    size_t elements_left;
    size_t unknown_left;
    struct scan_problem problem;
};

static bool refuse(struct scan *scan, const char *what, const char *field)
{
    scan->problem = (struct scan_problem){.what = what, .field = field};
    return false;
}

static enum wire_type declared_wire_type(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        return WIRE_VARINT;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return WIRE_FIXED32;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return WIRE_FIXED64;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return WIRE_BYTES;
    }
    return WIRE_BYTES;
}

static bool scan_fields(struct scan *scan, const ProtobufCMessageDescriptor *descriptor,
                        struct wire_reader fields, size_t depth, const char *name);

static bool count_element(struct scan *scan, const char *field)
{
    if (scan->elements_left == 0)
        return refuse(scan, "too many elements of repeated fields", field);
    scan->elements_left--;
    return true;
}

static bool scan_packed(struct scan *scan, const ProtobufCFieldDescriptor *field,
                        struct wire_reader elements)
{
    while (elements.at < elements.end) {
        if (!wire_skip(&elements, declared_wire_type(field->type)))
            return refuse(scan, "cut off", field->name);
        if (!count_element(scan, field->name)) return false;
    }
    return true;
}

static bool scan_bytes(struct scan *scan, const ProtobufCFieldDescriptor *field,
                       struct wire_reader bytes, size_t depth)
{
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return scan_fields(scan, field->descriptor, bytes, depth + 1, field->name);
    if (field->type == PROTOBUF_C_TYPE_STRING &&
        !utf8_is_text(bytes.at, (size_t)(bytes.end - bytes.at)))
        return refuse(scan, "not UTF-8 without NUL", field->name);
    return true;
}

static bool scan_value(struct scan *scan, const ProtobufCFieldDescriptor *field,
                       enum wire_type type, struct wire_reader *reader, size_t depth)
{
    bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
    enum wire_type declared = declared_wire_type(field->type);
    bool packed = repeated && type == WIRE_BYTES && declared != WIRE_BYTES;
    if (type != declared && !packed) return refuse(scan, "of the wrong wire type", field->name);
    if (repeated && !packed && !count_element(scan, field->name)) return false;
    struct wire_reader bytes;
    bool whole = type == WIRE_BYTES ? wire_read_bytes(reader, &bytes) : wire_skip(reader, type);
    if (!whole) return refuse(scan, "cut off", field->name);
    if (packed) return scan_packed(scan, field, bytes);
    return type != WIRE_BYTES || scan_bytes(scan, field, bytes, depth);
}

static bool scan_unknown(struct scan *scan, enum wire_type type, struct wire_reader *reader,
                         const char *name)
{
    if (scan->unknown_left == 0) return refuse(scan, "too many unknown fields", name);
    scan->unknown_left--;
    return wire_skip(reader, type) || refuse(scan, "cut off", name);
}

/* A singular field twice: protobuf-c would merge submessages in quadratic time. */
static bool note_singular(struct scan *scan, const ProtobufCMessageDescriptor *descriptor,
                          const ProtobufCFieldDescriptor *field, uint64_t *seen)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED) return true;
    uint64_t bit = UINT64_C(1) << (field - descriptor->fields);
    if (*seen & bit) return refuse(scan, "there more than once", field->name);
    *seen |= bit;
    return true;
}

static bool scan_fields(struct scan *scan, const ProtobufCMessageDescriptor *descriptor,
                        struct wire_reader fields, size_t depth, const char *name)
{
    REQUIRE(descriptor->n_fields <= FIELDS_MAX);
    if (depth > PROTO_DEPTH_MAX) return refuse(scan, "nested too deep", name);
    uint64_t seen = 0;
    while (fields.at < fields.end) {
        uint32_t number;
        enum wire_type type;
        if (!wire_read_tag(&fields, &number, &type))
            return refuse(scan, "not the fields of a message", name);
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(descriptor, number);
        bool fine = field == NULL ? scan_unknown(scan, type, &fields, name)
                                  : note_singular(scan, descriptor, field, &seen) &&
                                        scan_value(scan, field, type, &fields, depth);
        if (!fine) return false;
    }
    return true;
}

bool scan_message(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t size,
                  size_t elements_max, struct scan_problem *ret_problem)
{
    if (size == 0) return true;
    struct scan scan = {.elements_left = elements_max, .unknown_left = PROTO_UNKNOWN_FIELDS_MAX};
    if (scan_fields(&scan, descriptor, (struct wire_reader){bytes, bytes + size}, 1, ""))
        return true;
    *ret_problem = scan.problem;
    return false;
}
