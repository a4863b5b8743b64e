#include "gateway/api_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "json/base64.h"
#include "json/number.h"

static void begin_member(struct json_buffer *text, const char *name)
{
    char last = text->size == 0 || text->is_cut ? '{' : text->bytes[text->size - 1];
    if (last != '{' && last != '[') json_buffer_add(text, ",", 1);
    if (name == NULL) return;
    json_buffer_add_text(text, name, strlen(name));
    json_buffer_add(text, ":", 1);
}

void api_open(struct json_buffer *text, const char *name, char bracket)
{
    begin_member(text, name);
    json_buffer_add(text, &bracket, 1);
}

void api_close(struct json_buffer *text, char bracket)
{
    json_buffer_add(text, &bracket, 1);
}

void api_add_number(struct json_buffer *text, const char *name, int64_t number)
{
    begin_member(text, name);
    json_buffer_add_signed(text, number);
}

void api_add_unsigned(struct json_buffer *text, const char *name, uint64_t number)
{
    begin_member(text, name);
    json_buffer_add_unsigned(text, number);
}

void api_add_text(struct json_buffer *text, const char *name, const char *value)
{
    begin_member(text, name);
    json_buffer_add_text(text, value, strlen(value));
}

void api_add_base64(struct json_buffer *text, const char *name, ProtobufCBinaryData bytes)
{
    begin_member(text, name);
    json_buffer_add(text, "\"", 1);
    char *to = json_buffer_extend(text, base64_length(bytes.len));
    if (to != NULL) base64_write(bytes.data, bytes.len, to);
    json_buffer_add(text, "\"", 1);
}

void api_add_id(struct json_buffer *text, const char *name, ProtobufCBinaryData id)
{
    char printed[ID_TEXT_BYTES];
    if (id.len == ID_BYTES) {
        id_print(id.data, printed);
        api_add_text(text, name, printed);
    } else {
        begin_member(text, name);
        json_buffer_add_string(text, "null");
    }
}

void api_add_seat_name(struct json_buffer *text, const char *section, const char *row,
                       uint32_t number)
{
    char name[256];
    snprintf(name, sizeof name, "%s-%s-%" PRIu32, section, row, number);
    api_add_text(text, "name", name);
}
