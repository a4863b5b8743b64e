#include "tests/lib/temp_folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/require.h"

char *temp_folder_join(const char *path, const char *name)
{
    char *joined;
    REQUIRE(asprintf(&joined, "%s/%s", path, name) > 0);
    return joined;
}

static char *make_in(const char *parent)
{
    char *path = temp_folder_join(parent, "onsale-XXXXXX");
    REQUIRE(mkdtemp(path) == path);
    return path;
}

char *temp_folder_make(void)
{
    const char *parent = getenv("TMPDIR");
    return make_in(parent != NULL ? parent : "/tmp");
}

char *temp_folder_make_simulated(void)
{
    const char *parent = getenv("ONSALE_SIMULATED_FOLDERS");
    return parent != NULL ? make_in(parent) : temp_folder_make();
}

static void copy_bytes(FILE *from, FILE *to)
{
    char bytes[64 * 1024];
    size_t size;
    while ((size = fread(bytes, 1, sizeof bytes, from)) > 0)
        REQUIRE(fwrite(bytes, 1, size, to) == size);
    REQUIRE(ferror(from) == 0);
}

void temp_folder_copy_file(const char *from, const char *to, const char *name)
{
    char *from_path = temp_folder_join(from, name);
    char *to_path = temp_folder_join(to, name);
    FILE *old = fopen(from_path, "r");
    FILE *new = fopen(to_path, "w");
    REQUIRE(old != NULL && new != NULL);
    copy_bytes(old, new);
    fclose(old);
    REQUIRE(fclose(new) == 0);
    free(from_path);
    free(to_path);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

void temp_folder_remove(char *path)
{
    enum { OPEN_FOLDERS_MAX = 8 };
    if (path == NULL) return;
    nftw(path, remove_one, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS);
    free(path);
}
