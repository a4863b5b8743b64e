#include "rpc/generator/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"

enum { CAPACITY_MIN = 64 };

static _Noreturn void out_of_memory(void)
{
    fputs("protoc-gen-onsale: out of memory\n", stderr);
    exit(EXIT_FAILURE);
}

void *text_memory(struct arena *arena, size_t size)
{
    void *memory = arena_calloc(arena, 1, size);
    if (memory == NULL) out_of_memory();
    return memory;
}

void text_init(struct text *text, struct arena *arena)
{
    *text = (struct text){
        .arena = arena, .bytes = text_memory(arena, CAPACITY_MIN), .capacity = CAPACITY_MIN};
}

/* Room for `size` more bytes and the NUL. */
static void make_room(struct text *text, size_t size)
{
    size_t needed = text->size + size + 1;
    if (needed <= text->capacity) return;
    size_t capacity = needed > 2 * text->capacity ? needed : 2 * text->capacity;
    char *bytes = text_memory(text->arena, capacity);
    memcpy(bytes, text->bytes, text->size);
    text->bytes = bytes;
    text->capacity = capacity;
}

void text_append(struct text *text, const char *bytes, size_t size)
{
    make_room(text, size);
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    text->bytes[text->size] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_append(text, string, strlen(string));
}

__attribute__((format(printf, 2, 0))) static void print(struct text *text, const char *format,
                                                        va_list arguments)
{
    char *printed;
    int length = vasprintf(&printed, format, arguments);
    if (length < 0) out_of_memory();
    text_append(text, printed, (size_t)length);
    free(printed);
}

void text_print(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(text, format, arguments);
    va_end(arguments);
}

char *text_format(struct arena *arena, const char *format, ...)
{
    struct text text;
    text_init(&text, arena);
    va_list arguments;
    va_start(arguments, format);
    print(&text, format, arguments);
    va_end(arguments);
    return text.bytes;
}

static const char *value_of(const struct text_variable *variables, const char *name, size_t length)
{
    while (variables->name != NULL &&
           (strlen(variables->name) != length || memcmp(variables->name, name, length) != 0))
        variables++;
    REQUIRE(variables->name != NULL);
    return variables->value;
}

void text_fill(struct text *text, const char *template, const struct text_variable *variables)
{
    const char *dollar;
    while ((dollar = strchr(template, '$')) != NULL) {
        const char *name = dollar + 1;
        const char *end = strchr(name, '$');
        REQUIRE(end != NULL);
        text_append(text, template, (size_t)(dollar - template));
        text_add(text, value_of(variables, name, (size_t)(end - name)));
        template = end + 1;
    }
    text_add(text, template);
}
