#include "json/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json/name.h"

/* A path that is too long is cut. */
static void write_path(struct json_buffer *buffer, const struct json_path *path)
{
    if (path == NULL) return;
    write_path(buffer, path->outer);
    if (path->name == NULL) {
        json_buffer_print(buffer, "[%zu]", path->index);
    } else {
        if (buffer->size > 0) json_buffer_add(buffer, ".", 1);
        json_buffer_add_name(buffer, path->name);
    }
}

bool json_fail(struct json_reader *reader, const struct json_path *path, const char *format, ...)
{
    struct json_error *error = reader->error;
    struct json_buffer buffer;
    va_list arguments;
    *error = (struct json_error){.offset = (size_t)(reader->at - reader->begin)};
    va_start(arguments, format);
    vsnprintf(error->what, sizeof error->what, format, arguments);
    va_end(arguments);
    json_buffer_init(&buffer, sizeof error->path - 1);
    write_path(&buffer, path);
    if (buffer.size > 0) memcpy(error->path, buffer.bytes, buffer.size);
    json_buffer_deinit(&buffer);
    return false;
}

void json_note_unknown(struct json_reader *reader, const char *name, size_t length)
{
    int kept = length < sizeof reader->error->unknown ? (int)length : 0;
    snprintf(reader->error->unknown, sizeof reader->error->unknown, "%.*s", kept, name);
}

bool json_fail_memory(struct json_reader *reader)
{
    json_fail(reader, NULL, "it needs more memory than there is for it");
    reader->error->out_of_memory = true;
    return false;
}
