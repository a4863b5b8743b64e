#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"
#include "store/folder.h"
#include "store/inside.h"

static int copy(struct store *store, const char *folder, const char *file, uint64_t *ret_bytes)
{
    REQUIRE(store->environment.env != NULL);
    struct stat copied;
    int rc = mdb_env_copy2(store->environment.env, folder, MDB_CP_COMPACT);
    if (rc == MDB_SUCCESS) rc = path_flush(file);
    if (rc == MDB_SUCCESS) rc = path_flush(folder);
    if (rc == MDB_SUCCESS) rc = stat(file, &copied) == 0 ? 0 : errno;
    if (rc == MDB_SUCCESS) *ret_bytes = (uint64_t)copied.st_size;
    REQUIRE(rc != MDB_SUCCESS || *ret_bytes > 0);
    return rc;
}

enum status store_back_up(struct store *store, const char *path, uint64_t *ret_bytes)
{
    REQUIRE(path != NULL);
    char file[PATH_MAX];
    REQUIRE(store->is_open);
    if (!folder_path(path, "data.mdb", file)) return STATUS_ARGUMENT_INVALID;
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    if (mkdir(path, 0700) != 0)
        return environment_status(errno) == STATUS_STORAGE_FULL ? STATUS_STORAGE_FULL
                                                                : STATUS_ARGUMENT_INVALID;

    int rc = copy(store, path, file, ret_bytes);
    if (rc == MDB_SUCCESS) return STATUS_OK;
    unlink(file);
    rmdir(path);
    return environment_status(rc) == STATUS_STORAGE_FULL ? STATUS_STORAGE_FULL
                                                         : STATUS_STORAGE_FAILED;
}
