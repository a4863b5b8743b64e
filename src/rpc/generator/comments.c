#include "rpc/generator/comments.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const Google__Protobuf__SourceCodeInfo__Location *
find_location(const Google__Protobuf__SourceCodeInfo *info, const int32_t *path, size_t path_length)
{
    for (size_t i = 0; i < info->n_location; i++) {
        const Google__Protobuf__SourceCodeInfo__Location *location = info->location[i];
        if (location->n_path == path_length &&
            memcmp(location->path, path, path_length * sizeof *path) == 0)
            return location;
    }
    return NULL;
}

/* The lines of a comment as protoc gives it: a blank first, a newline last. */
static const char *trim(struct arena *arena, const char *raw)
{
    struct text text;
    text_init(&text, arena);
    while (*raw != '\0') {
        if (*raw == ' ') raw++;
        size_t length = strcspn(raw, "\n");
        text_append(&text, raw, length);
        raw += length;
        if (*raw == '\n') raw++;
        if (*raw != '\0') text_add(&text, "\n");
    }
    return text.bytes;
}

const char *comment_find(struct arena *arena, const Google__Protobuf__FileDescriptorProto *file,
                         const int32_t *path, size_t path_length)
{
    if (file->source_code_info == NULL) return "";
    const Google__Protobuf__SourceCodeInfo__Location *location =
        find_location(file->source_code_info, path, path_length);
    if (location == NULL || location->leading_comments == NULL) return "";
    return trim(arena, location->leading_comments);
}

void comment_add_to_c(struct text *text, const char *comment)
{
    for (const char *c = comment; *c != '\0'; c++) {
        bool line_is_blank = *c == '\n' && (c[1] == '\n' || c[1] == '\0');
        bool would_end_comment = *c == '*' && c[1] == '/';
        if (*c == '\n')
            text_add(text, line_is_blank ? "\n *" : "\n * ");
        else
            text_append(text, c, 1);
        if (would_end_comment) text_add(text, " ");
    }
}

static size_t word_length(const char *string)
{
    size_t length = 0;
    while (isalnum((unsigned char)string[length]) || string[length] == '_')
        length++;
    return length;
}

static void add_word(struct text *text, const char *word, size_t length)
{
    bool is_code = memchr(word, '_', length) != NULL;
    text_print(text, is_code ? "`%.*s`" : "%.*s", (int)length, word);
}

void comment_add_to_markdown(struct text *text, const char *comment)
{
    while (*comment != '\0') {
        size_t length = word_length(comment);
        if (length > 0) {
            add_word(text, comment, length);
            comment += length;
            continue;
        }
        if (strchr("|*<`\\", *comment) != NULL) text_add(text, "\\");
        text_append(text, *comment == '\n' ? " " : comment, 1);
        comment += *comment == '\n' ? strspn(comment, "\n") : 1;
    }
}
