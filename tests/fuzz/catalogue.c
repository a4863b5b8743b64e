/* catalogue.c -- A file for `onsale admin import`: a problem with a name, or a request that passes
 * the server's scan. */
#include <stdlib.h>

#include "base/require.h"
#include "client/command/catalogue.h"
#include "rpc/scan.h"
#include "tests/fuzz/fuzz.h"

enum { ARENA_BYTES = 64 << 20 };

static void require_is_scanned(const ProtobufCMessage *request)
{
    struct scan_problem problem;
    size_t size = protobuf_c_message_get_packed_size(request);
    uint8_t *packed = malloc(size + 1);
    REQUIRE(packed != NULL);
    protobuf_c_message_pack(request, packed);
    REQUIRE(scan_message(request->descriptor, packed, size, SIZE_MAX, &problem));
    free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena;
    Onsale__V1__ImportCatalogueRequest request;
    char problem[CATALOGUE_PROBLEM_BYTES] = "";
    arena_init(&arena, ARENA_BYTES);
    if (catalogue_parse((const char *)bytes, size, &arena, &request, problem))
        require_is_scanned(&request.base);
    else
        REQUIRE(problem[0] != '\0');
    arena_deinit(&arena);
    return 0;
}
