/* run.c -- Gives a target every file of its corpus, and no bytes at all.
 *
 * Usage: fuzz_NAME FOLDER */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "tests/fuzz/fuzz.h"

enum { INPUT_BYTES_MAX = 1 << 20 };

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* In a block of just its size, so that reading beyond it is noticed. */
static void run_file(const char *folder, const char *name)
{
    char path[4096];
    static uint8_t bytes[INPUT_BYTES_MAX];
    REQUIRE(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    FILE *file = fopen(path, "re");
    REQUIRE(file != NULL);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    REQUIRE(fgetc(file) == EOF);
    fclose(file);
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    REQUIRE(exact != NULL);
    memcpy(exact, bytes, size);
    printf("%s, %zu bytes\n", name, size);
    fflush(stdout); /* to know which one it was */
    REQUIRE(LLVMFuzzerTestOneInput(exact, size) == 0);
    free(exact);
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    REQUIRE(argc == 2);
    int count = scandir(argv[1], &entries, is_input, alphasort);
    REQUIRE(count > 0);
    for (int i = 0; i < count; i++) {
        run_file(argv[1], entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    REQUIRE(LLVMFuzzerTestOneInput((const uint8_t *)"", 0) == 0);
    printf("%d inputs\n", count);
    return 0;
}
