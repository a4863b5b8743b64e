#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/transaction.h"

bool folder_path(const char *folder, const char *name, char ret_path[PATH_MAX])
{
    int length = snprintf(ret_path, PATH_MAX, "%s/%s", folder, name);
    return length > 0 && length < PATH_MAX;
}

/* Flushes a file or a folder. */
static int flush(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    int rc = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return rc;
}

enum status folder_flush(const char *path)
{
    return store_status(flush(path));
}

static int copy(struct store *store, const char *folder, const char *file, uint64_t *ret_bytes)
{
    struct stat copied;
    int rc = mdb_env_copy2(store->env, folder, MDB_CP_COMPACT);
    if (rc == MDB_SUCCESS) rc = flush(file);
    if (rc == MDB_SUCCESS) rc = flush(folder);
    if (rc == MDB_SUCCESS) rc = stat(file, &copied) == 0 ? 0 : errno;
    if (rc == MDB_SUCCESS) *ret_bytes = (uint64_t)copied.st_size;
    return rc;
}

enum status store_back_up(struct store *store, const char *path, uint64_t *ret_bytes)
{
    char file[PATH_MAX];
    if (!folder_path(path, "data.mdb", file)) return STATUS_ARGUMENT_INVALID;
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    if (mkdir(path, 0700) != 0)
        return store_status(errno) == STATUS_STORAGE_FULL ? STATUS_STORAGE_FULL
                                                          : STATUS_ARGUMENT_INVALID;

    int rc = copy(store, path, file, ret_bytes);
    if (rc == MDB_SUCCESS) return STATUS_OK;
    unlink(file);
    rmdir(path);
    return store_status(rc) == STATUS_STORAGE_FULL ? STATUS_STORAGE_FULL : STATUS_STORAGE_FAILED;
}
