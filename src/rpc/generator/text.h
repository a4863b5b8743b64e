/* text.h -- A text that grows: what the plugin writes.
 *
 * Its memory is the arena's. If memory runs out, the process ends with a message on stderr, which
 * protoc prints. */
#ifndef RPC_GENERATOR_TEXT_H
#define RPC_GENERATOR_TEXT_H

#include <stddef.h>

#include "base/arena.h"

struct text {
    struct arena *arena;
    char *bytes; /* NUL-terminated */
    size_t size; /* without the NUL */
    size_t capacity;
};

/** A name that stands between dollar signs in a template, and what takes its place. */
struct text_variable {
    const char *name;
    const char *value;
};

/** Makes an empty text.
 * @param arena  Kept; must outlive the text. */
void text_init(struct text *text, struct arena *arena);

/** Adds bytes. */
void text_append(struct text *text, const char *bytes, size_t size);

/** Adds a string. */
void text_add(struct text *text, const char *string);

/** Adds what printf would print. */
__attribute__((format(printf, 2, 3))) void text_print(struct text *text, const char *format, ...);

/** Adds a template in which "$name$" is replaced by the value of that variable.
 * @param variables  Up to one whose name is NULL; must have every name of the template. */
void text_fill(struct text *text, const char *template, const struct text_variable *variables);

/** @return What printf would print, in the arena. */
__attribute__((format(printf, 2, 3))) char *text_format(struct arena *arena, const char *format,
                                                        ...);

/** @return `size` bytes in the arena, cleared. */
void *text_memory(struct arena *arena, size_t size);

#endif
