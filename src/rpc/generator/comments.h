/* comments.h -- The comments of a .proto file: found by position, and formatted for C and for
 * Markdown. */
#ifndef RPC_GENERATOR_COMMENTS_H
#define RPC_GENERATOR_COMMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "rpc/generator/text.h"

/** Steps of a path to an element: field numbers in FileDescriptorProto and in what it contains.
 * Each but SYNTAX is followed by an index. */
enum path_step {
    PATH_MESSAGE = 4,
    PATH_ENUM = 5,
    PATH_SERVICE = 6,
    PATH_SYNTAX = 12,
    PATH_NESTED_MESSAGE = 3, /* in a message, as the next */
    PATH_NESTED_ENUM = 4,
    PATH_MEMBER = 2, /* method of a service, field of a message, value of an enum */
};

/** The comment right before an element.
 *
 * @param path  For example {PATH_SERVICE, 0, PATH_MEMBER, 3}: the fourth method of the first
 * service.
 * @return In the arena, without the marks and the blank after them; lines end with "\n", the last
 * one does not. "" if there is none. */
const char *comment_find(struct arena *arena, const Google__Protobuf__FileDescriptorProto *file,
                         const int32_t *path, size_t path_length);

/** Adds a comment to the inside of a C comment: every line after the first begins with " * ". */
void comment_add_to_c(struct text *text, const char *comment);

/** Adds a comment as one line of Markdown, also fit for a cell of a table. Words with an underscore
 * are set as code. */
void comment_add_to_markdown(struct text *text, const char *comment);

#endif
