#include "store/folder.h"

#include "base/require.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

bool folder_path(const char *folder, const char *name, char ret_path[PATH_MAX])
{
    REQUIRE(folder != NULL);
    int length = snprintf(ret_path, PATH_MAX, "%s/%s", folder, name);
    return length > 0 && length < PATH_MAX;
}

int path_flush(const char *path)
{
    REQUIRE(path != NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    int rc = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return rc;
}
