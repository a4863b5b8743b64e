#include "server/socket_folders.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/log.h"

enum { PATH_BYTES = 256, PASSAGE_MODE = 0755 };

/* Users who may write to the socket may list and search its folder. */
static mode_t folder_mode(mode_t socket_mode)
{
    return S_IRWXU | ((socket_mode & S_IWGRP) != 0 ? S_IRGRP | S_IXGRP : 0) |
           ((socket_mode & S_IWOTH) != 0 ? S_IROTH | S_IXOTH : 0);
}

/* Nobody else gets in before the group is the right one. */
static bool make_folder(const char *folder, mode_t mode, gid_t group)
{
    return mkdir(folder, S_IRWXU) == 0 && chown(folder, (uid_t)-1, group) == 0 &&
           chmod(folder, mode) == 0;
}

static bool lets_in(const struct stat *folder, const struct socket_access *access)
{
    if ((folder->st_mode & S_IXOTH) != 0) return true;
    if ((access->mode & S_IWOTH) != 0) return false;
    gid_t group = access->group == (gid_t)-1 ? getegid() : access->group;
    return (access->mode & S_IWGRP) == 0 ||
           ((folder->st_mode & S_IXGRP) != 0 && folder->st_gid == group);
}

static void look_at_folder(const char *folder, const struct socket_access *access)
{
    struct stat found;
    if (stat(folder, &found) == 0 && !lets_in(&found, access))
        log_warning("the folder %s was there and stays as it is, mode %04o: not everybody whom the "
                    "sockets let in gets there",
                    folder, (unsigned)(found.st_mode & 07777));
}

bool socket_folders_make(const char *path, const struct socket_access *access)
{
    char folder[PATH_BYTES];
    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        bool is_last = strchr(slash + 1, '/') == NULL;
        mode_t mode = is_last ? folder_mode(access->mode) : PASSAGE_MODE;
        if (make_folder(folder, mode, is_last ? access->group : (gid_t)-1)) continue;
        if (errno != EEXIST) {
            log_error("can't make the folder %s: %s", folder, strerror(errno));
            return false;
        }
        look_at_folder(folder, access);
    }
    return true;
}
