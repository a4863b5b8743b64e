#include "store/room.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/require.h"
#include "store/environment.h"

/* For file systems that can't allocate: looks whether the space is there and hopes it stays. */
static int check_free_space(int fd, uint64_t file_bytes)
{
    REQUIRE(fd >= 0);
    struct stat file;
    struct statvfs disk;
    if (fstat(fd, &file) != 0 || fstatvfs(fd, &disk) != 0) return errno;
    uint64_t had_bytes = (uint64_t)file.st_blocks * 512;
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (file_bytes > had_bytes && file_bytes - had_bytes > free_bytes) return ENOSPC;
    if (file_bytes <= (uint64_t)file.st_size) return 0;
    return ftruncate(fd, (off_t)file_bytes) == 0 ? 0 : errno;
}

/* From the start of the file, so that no hole is left that a later page would have to fill. */
static enum status allocate(struct room *room, uint64_t file_bytes)
{
    REQUIRE(file_bytes <= room->map_bytes);
    int rc;
    do {
        rc = fallocate(room->fd, 0, 0, (off_t)file_bytes) == 0 ? 0 : errno;
    } while (rc == EINTR);
    if (rc == EOPNOTSUPP || rc == ENOSYS) rc = check_free_space(room->fd, file_bytes);
    if (rc == 0) room->allocated_bytes = file_bytes;
    return environment_status(rc);
}

static uint64_t within_map(const struct room *room, uint64_t file_bytes)
{
    return file_bytes < room->map_bytes ? file_bytes : room->map_bytes;
}

enum status room_ensure(struct room *room, uint64_t used_bytes)
{
    REQUIRE(room->fd >= 0);
    REQUIRE(room->map_bytes > 0);
    uint64_t needed = within_map(room, used_bytes + room->ahead_bytes);
    if (needed <= room->allocated_bytes) return STATUS_OK;

    /* Twice of it, so that most writes find enough; on a disk nearly full, what is needed. */
    enum status err = allocate(room, within_map(room, needed + room->ahead_bytes));
    return err == STATUS_STORAGE_FULL ? allocate(room, needed) : err;
}
