/* scan.h -- Validates protobuf bytes before protobuf-c unpacks them. Allocates nothing. */
#ifndef RPC_SCAN_H
#define RPC_SCAN_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Why bytes are refused: for the message of the refusal. */
struct scan_problem {
    const char *what;  /* a constant, for example "nested too deep" */
    const char *field; /* innermost field concerned, from the descriptor; "" if none */
};

/** Whether the bytes are a message of this type that is safe to unpack: well-formed, nested at most
 * PROTO_DEPTH_MAX deep, no singular field twice, at most PROTO_UNKNOWN_FIELDS_MAX unknown fields,
 * at most `elements_max` elements of repeated fields in all, wire types as declared, strings valid
 * UTF-8 without NUL.
 *
 * @param ret_problem  Set if false is returned only.
 * Pure, hence safe from any thread. */
bool scan_message(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t size,
                  size_t elements_max, struct scan_problem *ret_problem);

#endif
