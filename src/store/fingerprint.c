#include "store/fingerprint.h"

#include <stddef.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/require.h"
#include "store/format_version.h"

struct row {
    uint32_t since;
    const char *text;
};

static const struct row rows[] = {
#define RECORD(name) {1, "RECORD " #name},
#define GROUP(name) {1, "GROUP " #name},
#define FIELD(...) {1, "FIELD " #__VA_ARGS__},
#define ADDED(since, ...) {since, "ADDED " #__VA_ARGS__},
#define SPAN(...) {1, "SPAN " #__VA_ARGS__},
#define LIST(...) {1, "LIST " #__VA_ARGS__},
#define PART(...) {1, "PART " #__VA_ARGS__},
#define ADDED_PART(since, ...) {since, "PART " #__VA_ARGS__},
#define END(name) {1, "END " #name},
#include "store/records.def"
#include "store/records_end.def"
};

uint32_t format_fingerprint(uint32_t format)
{
    REQUIRE(format >= STORE_FORMAT_OLDEST);
    REQUIRE(format <= STORE_FORMAT_VERSION);
    uint32_t fingerprint = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].since <= format)
            fingerprint = crc32c(fingerprint, rows[i].text, strlen(rows[i].text) + 1);
    return fingerprint;
}
