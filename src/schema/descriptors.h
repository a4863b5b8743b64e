/* descriptors.h -- .proto files as protoc describes them: built into a program, and looked through
 * by names.
 *
 * Threads: any, once they are open. */
#ifndef SCHEMA_DESCRIPTORS_H
#define SCHEMA_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "google/protobuf/descriptor.pb-c.h"

struct descriptors;

/** @param bytes  A FileDescriptorSet, which embed.sh has put into the program.
 * @return NULL if there is no memory. */
struct descriptors *descriptors_open(const uint8_t *bytes, size_t size);

/** NULL is fine. */
void descriptors_close(struct descriptors *descriptors);

/** All of them: imported ones stand before those that import them. */
const Google__Protobuf__FileDescriptorSet *descriptors_all(const struct descriptors *descriptors);

/** @param name  "onsale/v1/queue.proto". @return NULL if there is none. */
const Google__Protobuf__FileDescriptorProto *
descriptors_find_file(const struct descriptors *descriptors, const char *name);

/** The file that defines a symbol.
 * @param symbol  Full name of a message, an enum, a service, or a method of one:
 *                "onsale.v1.QueueService.EnterQueue". No dot before it.
 * @return NULL if there is none. */
const Google__Protobuf__FileDescriptorProto *
descriptors_find_symbol(const struct descriptors *descriptors, const char *symbol);

#endif
