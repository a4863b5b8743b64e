#include "journal/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"

int file_open(const char *path, int flags)
{
    REQUIRE((flags & O_ACCMODE) == 0);
    return open(path, O_RDWR | O_CLOEXEC | O_DSYNC | flags, 0600);
}

/* Blocks that are allocated but were never written cost a note in the file system's own journal
 * when they first are: half again the time of a flush. And where the file system can't allocate,
 * writing takes the room as well. */
static enum status fill(int fd, uint64_t bytes)
{
    enum { PIECE_BYTES = 8 << 20 };
    uint8_t *zeros = calloc(1, PIECE_BYTES);
    if (zeros == NULL) return STATUS_OUT_OF_MEMORY;
    enum status err = STATUS_OK;
    for (uint64_t at = 0; at < bytes && err == STATUS_OK; at += PIECE_BYTES) {
        uint64_t left = bytes - at;
        err = file_write(fd, zeros, left < PIECE_BYTES ? (size_t)left : PIECE_BYTES, at);
    }
    bool is_full = err != STATUS_OK && errno == ENOSPC;
    free(zeros);
    return is_full ? STATUS_STORAGE_FULL : err;
}

enum status file_allocate(int fd, uint64_t bytes, bool fills)
{
    int rc;
    REQUIRE(fd >= 0);
    REQUIRE(bytes >= 1);
    do {
        rc = fallocate(fd, 0, 0, (off_t)bytes) == 0 ? 0 : errno;
    } while (rc == EINTR);
    if (rc == 0 && !fills) return STATUS_OK;
    if (rc == 0 || rc == EOPNOTSUPP || rc == ENOSYS) return fill(fd, bytes);
    return rc == ENOSPC || rc == EDQUOT || rc == EFBIG ? STATUS_STORAGE_FULL
                                                       : STATUS_STORAGE_FAILED;
}

enum status file_check_length(int fd, uint64_t bytes)
{
    struct stat file;
    REQUIRE(fd >= 0);
    if (fstat(fd, &file) != 0) return STATUS_STORAGE_FAILED;
    return (uint64_t)file.st_size >= bytes ? STATUS_OK : STATUS_STORE_DAMAGED;
}

enum status file_read(int fd, void *bytes, size_t size, uint64_t offset)
{
    uint8_t *at = bytes;
    REQUIRE(fd >= 0);
    REQUIRE(bytes != NULL || size == 0);
    while (size > 0) {
        ssize_t got = pread(fd, at, size, (off_t)offset);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return STATUS_STORAGE_FAILED;
        at += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return STATUS_OK;
}

enum status file_write(int fd, const void *bytes, size_t size, uint64_t offset)
{
    const uint8_t *at = bytes;
    REQUIRE(fd >= 0);
    REQUIRE(bytes != NULL || size == 0);
    while (size > 0) {
        ssize_t put = pwrite(fd, at, size, (off_t)offset);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return STATUS_STORAGE_FAILED;
        at += put;
        offset += (uint64_t)put;
        size -= (size_t)put;
    }
    return STATUS_OK;
}
