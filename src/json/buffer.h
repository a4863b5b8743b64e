/* buffer.h -- Text that grows up to a bound: what JSON is written into.
 *
 * What would not fit, or finds no memory, is left out, and from then on everything is: look at
 * is_cut when all is written, not before. One thread at a time. */
#ifndef JSON_BUFFER_H
#define JSON_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct json_buffer {
    char *bytes; /* not NUL-terminated; NULL while nothing was written */
    size_t size;
    size_t capacity;
    size_t size_max;
    bool is_cut; /* something was left out: the text is no JSON */
};

/** Makes an empty buffer; it allocates with the first byte.
 * @param size_max  Most bytes that it takes. */
void json_buffer_init(struct json_buffer *buffer, size_t size_max);

/** Frees the text. A zeroed buffer is fine. */
void json_buffer_deinit(struct json_buffer *buffer);

/** Gives the text to the caller, who calls free(). The buffer is empty then.
 * @param ret_size  Set always.
 * @return NULL if nothing was written. */
char *json_buffer_take(struct json_buffer *buffer, size_t *ret_size);

/** Adds bytes as they are. */
void json_buffer_add(struct json_buffer *buffer, const char *bytes, size_t size);

/** Adds a string as it is. */
void json_buffer_add_string(struct json_buffer *buffer, const char *string);

/** Adds what printf would print: 63 bytes at most, for numbers. */
__attribute__((format(printf, 2, 3))) void json_buffer_print(struct json_buffer *buffer,
                                                             const char *format, ...);

/** Room for `size` bytes, which count as written: the caller fills them at once.
 * @return NULL if they do not fit. */
char *json_buffer_extend(struct json_buffer *buffer, size_t size);

/** Adds text as a JSON string, with its quotes. Bytes that are no UTF-8 become U+FFFD. */
void json_buffer_add_text(struct json_buffer *buffer, const char *text, size_t size);

#endif
