#include "rpc/generator/names.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "rpc/generator/text.h"

static void add_char(struct text *text, int c)
{
    char byte = (char)c;
    text_append(text, &byte, 1);
}

static bool ends_with(const char *string, const char *ending)
{
    size_t length = strlen(string);
    size_t ending_length = strlen(ending);
    return length >= ending_length && strcmp(string + length - ending_length, ending) == 0;
}

static char *without_ending(struct arena *arena, const char *string, const char *ending)
{
    size_t length = strlen(string);
    if (ends_with(string, ending)) length -= strlen(ending);
    return text_format(arena, "%.*s", (int)length, string);
}

static void add_snake(struct text *text, const char *camel, size_t length)
{
    bool after_capital = true;
    for (size_t i = 0; i < length; i++) {
        bool capital = isupper((unsigned char)camel[i]) != 0;
        if (capital && !after_capital) add_char(text, '_');
        add_char(text, tolower((unsigned char)camel[i]));
        after_capital = capital;
    }
}

static void add_camel(struct text *text, const char *snake, size_t length)
{
    bool begins_word = true;
    for (size_t i = 0; i < length; i++) {
        if (snake[i] != '_')
            add_char(text, begins_word ? toupper((unsigned char)snake[i]) : snake[i]);
        begins_word = snake[i] == '_';
    }
}

char *name_snake(struct arena *arena, const char *camel)
{
    struct text text;
    text_init(&text, arena);
    add_snake(&text, camel, strlen(camel));
    return text.bytes;
}

char *name_constant(struct arena *arena, const char *name)
{
    char *constant = text_format(arena, "%s", name);
    for (char *c = constant; *c != '\0'; c++)
        *c = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
    return constant;
}

/* Converts each part between the dots and joins them by two underscores. */
static char *join_parts(struct arena *arena, const char *full_name,
                        void (*add_part)(struct text *text, const char *part, size_t length))
{
    struct text text;
    text_init(&text, arena);
    const char *part = full_name + strspn(full_name, ".");
    while (*part != '\0') {
        size_t length = strcspn(part, ".");
        if (text.size > 0) text_add(&text, "__");
        add_part(&text, part, length);
        part += length;
        part += strspn(part, ".");
    }
    return text.bytes;
}

char *name_c_type(struct arena *arena, const char *full_name)
{
    return join_parts(arena, full_name, add_camel);
}

char *name_c_prefix(struct arena *arena, const char *full_name)
{
    return join_parts(arena, full_name, add_snake);
}

static char *service_snake(struct arena *arena, const char *service)
{
    return name_snake(arena, without_ending(arena, service, "Service"));
}

char *name_client_function(struct arena *arena, const char *service, const char *method)
{
    return text_format(arena, "onsale_%s_%s", service_snake(arena, service),
                       name_snake(arena, method));
}

char *name_server_function(struct arena *arena, const char *service, const char *method)
{
    char *snake = name_snake(arena, method);
    if (strchr(snake, '_') != NULL) return snake;
    return text_format(arena, "%s_%s", service_snake(arena, service), snake);
}

char *name_output(struct arena *arena, const char *proto, const char *ending)
{
    return text_format(arena, "%s%s", without_ending(arena, proto, ".proto"), ending);
}

char *name_anchor(struct arena *arena, const char *heading)
{
    struct text text;
    text_init(&text, arena);
    for (const char *c = heading; *c != '\0'; c++)
        if (isalnum((unsigned char)*c) || *c == '_' || *c == '-')
            add_char(&text, tolower((unsigned char)*c));
    return text.bytes;
}
