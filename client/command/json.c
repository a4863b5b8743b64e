#include "client/command/json.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/require.h"
#include "client/command/output.h"
#include "json/write.h"

json_t *json_from_text(const char *text)
{
    json_t *json = json_string(text == NULL ? "" : text);
    if (json != NULL) return json;
    char *shown = output_escaped(text);
    json = json_string(shown);
    free(shown);
    return json;
}

json_t *json_from_message(const ProtobufCMessage *message)
{
    struct json_buffer text;
    json_buffer_init(&text, SIZE_MAX);
    json_buffer_add_message(&text, message, JSON_FIELDS_TYPED);
    json_t *object = text.is_cut ? NULL : json_loadb(text.bytes, text.size, 0, NULL);
    json_buffer_deinit(&text);
    return object;
}

static void write_with(json_t *document, FILE *out, size_t flags)
{
    char *text = json_dumps(document, flags);
    REQUIRE(text != NULL);
    output_json(out, text);
    fputc('\n', out);
    free(text);
    json_decref(document);
}

void json_write(json_t *document, FILE *out)
{
    write_with(document, out, JSON_INDENT(2));
}

void json_write_line(json_t *document, FILE *out)
{
    write_with(document, out, JSON_COMPACT);
    fflush(out);
}
