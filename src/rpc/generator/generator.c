/* generator.c -- protoc-gen-onsale, a plugin of protoc.
 *
 *     protoc --plugin=protoc-gen-onsale=PATH --onsale_opt=OUTPUT --onsale_out=FOLDER FILE.proto...
 *
 * OUTPUT is client, server, packing, fields, methods, routes, reference or openapi: see emit.h.
 * protoc sends a CodeGeneratorRequest to stdin and takes a CodeGeneratorResponse from stdout; what
 * is wrong with the .proto files is part of it.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "rpc/generator/generate.h"

enum { MEMORY_BYTES_MAX = 256 * 1024 * 1024, READ_BYTES = 64 * 1024 };

static void *allocate(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void free_with_arena(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

static bool read_all(FILE *file, struct text *text)
{
    char bytes[READ_BYTES];
    size_t size;
    while ((size = fread(bytes, 1, sizeof bytes, file)) > 0)
        text_append(text, bytes, size);
    return ferror(file) == 0;
}

static bool write_response(struct arena *arena,
                           const Google__Protobuf__Compiler__CodeGeneratorResponse *response)
{
    size_t size = google__protobuf__compiler__code_generator_response__get_packed_size(response);
    uint8_t *bytes = text_memory(arena, size);
    google__protobuf__compiler__code_generator_response__pack(response, bytes);
    return fwrite(bytes, 1, size, stdout) == size && fflush(stdout) == 0;
}

/* @return NULL, or what went wrong. */
static const char *run(struct arena *arena)
{
    struct text input;
    text_init(&input, arena);
    if (!read_all(stdin, &input)) return "the request can't be read";

    ProtobufCAllocator allocator = {allocate, free_with_arena, arena};
    const Google__Protobuf__Compiler__CodeGeneratorRequest *request =
        google__protobuf__compiler__code_generator_request__unpack(&allocator, input.size,
                                                                   (const uint8_t *)input.bytes);
    if (request == NULL) return "stdin is not a CodeGeneratorRequest: protoc runs this program";

    struct generation generation;
    generate(&generation, arena, request);
    return write_response(arena, &generation.response) ? NULL : "the response can't be written";
}

int main(void)
{
    struct arena arena;
    arena_init(&arena, MEMORY_BYTES_MAX);
    const char *problem = run(&arena);
    arena_deinit(&arena);
    if (problem != NULL) fprintf(stderr, "protoc-gen-onsale: %s\n", problem);
    return problem == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
