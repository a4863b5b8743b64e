/* symbols.h -- What the .proto files define, in one list: services, methods, messages and enums, by
 * their names or the ends of them. */
#ifndef SCHEMA_SYMBOLS_H
#define SCHEMA_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "google/protobuf/descriptor.pb-c.h"

/** Kinds are bits, so that several can be asked for. */
enum symbol_kind {
    SYMBOL_SERVICE = 1,
    SYMBOL_METHOD = 2,
    SYMBOL_MESSAGE = 4,
    SYMBOL_ENUM = 8,
};

enum { SYMBOL_NAME_BYTES = 128, SYMBOL_PATH_MAX = 12 };

/** One thing that is defined. Valid as long as the symbols. */
struct symbol {
    enum symbol_kind kind;
    char name[SYMBOL_NAME_BYTES]; /* in full; of a method with a slash: "a.v1.Service/Method" */
    const Google__Protobuf__FileDescriptorProto *file;
    union {
        const Google__Protobuf__ServiceDescriptorProto *service; /* of a method: whose it is */
        const Google__Protobuf__DescriptorProto *message;
        const Google__Protobuf__EnumDescriptorProto *enumeration;
    };
    const Google__Protobuf__MethodDescriptorProto *method; /* of a method */
    int32_t path[SYMBOL_PATH_MAX]; /* where its comment is: see rpc/generator/comments.h */
    size_t path_length;
};

struct symbols;

/** @param set  Kept; must outlive the symbols.
 * @return NULL if there is no memory. */
struct symbols *symbols_open(const Google__Protobuf__FileDescriptorSet *set);

/** NULL is fine. */
void symbols_close(struct symbols *symbols);

/** All of them, in the order of the files. @return NULL behind the last. */
const struct symbol *symbols_at(const struct symbols *symbols, size_t index);

/** Whether a typed name is that of a symbol, in full or its last parts: "EnterQueue",
 * "QueueService/EnterQueue", "onsale.v1.QueueService.EnterQueue". A dot or a slash may stand before
 * it, and for each other. */
bool symbol_is_called(const struct symbol *symbol, const char *typed);

/** The end of a symbol's name that has as many parts as a typed one: what to compare it with. */
const char *symbol_name_like(const struct symbol *symbol, const char *typed);

/** Finds the one symbol of these kinds that a typed name fits.
 * @param ret_count  How many it fits: of those with that full name, or else of all.
 * @return The first; NULL if there is none. */
const struct symbol *symbols_find(const struct symbols *symbols, unsigned kinds, const char *typed,
                                  size_t *ret_count);

#endif
