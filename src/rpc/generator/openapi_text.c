#include "rpc/generator/openapi_text.h"

#include <ctype.h>
#include <string.h>

static void add_string(struct text *text, const char *value)
{
    text_add(text, "\"");
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '\n')
            text_add(text, "\\n");
        else if ((unsigned char)*at < 0x20)
            text_print(text, "\\u%04x", (unsigned char)*at);
        else if (*at == '"' || *at == '\\')
            text_print(text, "\\%c", *at);
        else
            text_append(text, at, 1);
    }
    text_add(text, "\"");
}

static void begin_line(struct openapi_text *text)
{
    text_add(&text->text, "\n");
    for (unsigned i = 0; i < text->depth; i++)
        text_add(&text->text, "  ");
}

static void begin_member(struct openapi_text *text, const char *name)
{
    if (text->is_begun) text_add(&text->text, ",");
    if (text->depth > 0) begin_line(text);
    text->is_begun = true;
    if (name == NULL) return;
    add_string(&text->text, name);
    text_add(&text->text, ": ");
}

void openapi_open(struct openapi_text *text, const char *name, char bracket)
{
    begin_member(text, name);
    text_append(&text->text, &bracket, 1);
    text->depth++;
    text->is_begun = false;
}

void openapi_close(struct openapi_text *text, char bracket)
{
    text->depth--;
    if (text->is_begun) begin_line(text);
    text_append(&text->text, &bracket, 1);
    text->is_begun = true;
    if (text->depth == 0) text_add(&text->text, "\n");
}

void openapi_add(struct openapi_text *text, const char *name, const char *value)
{
    begin_member(text, name);
    add_string(&text->text, value);
}

void openapi_add_json(struct openapi_text *text, const char *name, const char *json)
{
    begin_member(text, name);
    text_add(&text->text, json);
}

const char *openapi_name(struct openapi_text *text, const char *field)
{
    struct text name;
    text_init(&name, text->text.arena);
    for (const char *at = field; *at != '\0'; at++) {
        bool is_capital = *at == '_' && at[1] != '\0';
        if (is_capital) at++;
        char letter = (char)(is_capital ? toupper((unsigned char)*at) : *at);
        text_append(&name, &letter, 1);
    }
    return name.bytes;
}
