/* convert.c -- What src/json makes of messages, for a test in another language. A line in, a line
 * out:
 *
 *     write onsale.v1.Seat 0801    -> {"seatIndex":1}      all fields: writeall
 *     read onsale.v1.Seat {...}    -> 0801, or "!" and why not */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "everything.pb-c.h"
#include "server/method_table.h"
#include "json/read.h"
#include "json/write.h"

enum { ARENA_BYTES = 64 << 20, TEXT_BYTES = 64 << 20, NAME_BYTES = 128 };

static const ProtobufCMessageDescriptor *find_type(const char *name)
{
    if (strcmp(name, everything__everything__descriptor.name) == 0)
        return &everything__everything__descriptor;
    for (size_t i = 0; i < method_table_count; i++) {
        if (strcmp(method_table[i].request->name, name) == 0) return method_table[i].request;
        if (strcmp(method_table[i].response->name, name) == 0) return method_table[i].response;
    }
    return NULL;
}

static void read_json(const ProtobufCMessageDescriptor *type, const char *text, struct arena *arena)
{
    struct json_error error;
    ProtobufCMessage *message;
    if (!json_read_message(type, text, strlen(text), NULL, arena, &message, &error)) {
        printf("!%s: %s\n", error.path, error.what);
        return;
    }
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_alloc(arena, size);
    REQUIRE(bytes != NULL);
    protobuf_c_message_pack(message, bytes);
    for (size_t i = 0; i < size; i++)
        printf("%02x", bytes[i]);
    printf("\n");
}

static void write_json(const ProtobufCMessageDescriptor *type, const char *hex,
                       enum json_fields fields, struct arena *arena)
{
    struct json_buffer buffer;
    size_t size = strlen(hex) / 2;
    uint8_t *bytes = arena_alloc(arena, size);
    REQUIRE(bytes != NULL);
    for (size_t i = 0; i < size; i++)
        REQUIRE(sscanf(hex + 2 * i, "%2hhx", &bytes[i]) == 1);
    ProtobufCMessage *message = protobuf_c_message_unpack(type, NULL, size, bytes);
    REQUIRE(message != NULL);
    json_buffer_init(&buffer, TEXT_BYTES);
    json_buffer_add_message(&buffer, message, fields);
    REQUIRE(!buffer.is_cut);
    printf("%.*s\n", (int)buffer.size, buffer.bytes);
    json_buffer_deinit(&buffer);
    protobuf_c_message_free_unpacked(message, NULL);
}

static void convert(char *line)
{
    struct arena arena;
    char *type_name = strchr(line, ' ');
    REQUIRE(type_name != NULL);
    *type_name++ = '\0';
    char *data = strchr(type_name, ' ');
    REQUIRE(data != NULL);
    *data++ = '\0';
    const ProtobufCMessageDescriptor *type = find_type(type_name);
    REQUIRE(type != NULL);
    arena_init(&arena, ARENA_BYTES);
    if (strcmp(line, "read") == 0)
        read_json(type, data, &arena);
    else
        write_json(type, data, strcmp(line, "writeall") == 0 ? JSON_FIELDS_ALL : JSON_FIELDS_SET,
                   &arena);
    arena_deinit(&arena);
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    for (ssize_t size; (size = getline(&line, &capacity, stdin)) > 0;) {
        if (line[size - 1] == '\n') line[size - 1] = '\0';
        convert(line);
        fflush(stdout);
    }
    free(line);
    return 0;
}
