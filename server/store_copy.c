#include "server/store_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"

/* All that a server makes of what it finds; the lock files are new ones in the copy. */
static const char *const names[] = {"data.mdb", "onsale.journal", "onsale.journal.flushed",
                                    "onsale.clock", "onsale.differs"};

enum { NAMES = sizeof names / sizeof names[0], PIECE_BYTES = 1 << 20 };

static bool join(const char *folder, const char *name, char ret_path[PATH_MAX])
{
    int length = snprintf(ret_path, PATH_MAX, "%s/%s", folder, name);
    return length > 0 && length < PATH_MAX;
}

/* --- One file --------------------------------------------------------------------------------- */

/* @return Whether all from `at` to `end` was copied; errno says why not. */
static bool copy_piece(int from, int to, off_t at, off_t end)
{
    static char bytes[PIECE_BYTES];
    while (at < end) {
        size_t wanted = end - at < PIECE_BYTES ? (size_t)(end - at) : PIECE_BYTES;
        ssize_t got = pread(from, bytes, wanted, at);
        if (got == 0) return true; /* it has become shorter, which a lock would have kept from */
        if (got < 0) return false;
        errno = ENOSPC; /* of a write that is cut short */
        if (pwrite(to, bytes, (size_t)got, at) != got) return false;
        at += got;
    }
    return true;
}

/* Only what was written: the rest of the allocated space is zeros. */
static bool copy_written(int from, int to, off_t size)
{
    off_t at = 0;
    if (ftruncate(to, size) != 0) return false;
    while (at < size) {
        off_t data = lseek(from, at, SEEK_DATA);
        if (data < 0) return errno == ENXIO;
        off_t hole = lseek(from, data, SEEK_HOLE);
        if (hole < 0 || !copy_piece(from, to, data, hole)) return false;
        at = hole;
    }
    return true;
}

static bool copy_open_file(int from, int to)
{
    struct stat file;
    if (ioctl(to, FICLONE, from) == 0) return true;
    return fstat(from, &file) == 0 && copy_written(from, to, file.st_size);
}

bool store_copy_file(const char *folder, const char *name, const char *path)
{
    char from_path[PATH_MAX];
    errno = ENAMETOOLONG;
    if (!join(folder, name, from_path)) return false;
    int from = open(from_path, O_RDONLY | O_CLOEXEC);
    if (from < 0) return false;
    int to = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_copied = to >= 0 && copy_open_file(from, to);
    int error = errno;
    if (to >= 0 && close(to) != 0) is_copied = false;
    close(from);
    if (!is_copied) errno = error;
    return is_copied;
}

/* One that is not there is not copied. */
static bool copy_file(const char *folder, const char *copy, const char *name)
{
    char from_path[PATH_MAX];
    char to_path[PATH_MAX];
    if (!join(folder, name, from_path) || !join(copy, name, to_path)) return false;
    if (access(from_path, F_OK) != 0 && errno == ENOENT) return true;
    return store_copy_file(folder, name, to_path);
}

/* --- The folder ------------------------------------------------------------------------------- */

static bool refuse(const char *folder, const char *what, char *ret_problem)
{
    snprintf(ret_problem, STORE_COPY_PROBLEM_BYTES, "%s: %s", folder, what);
    return false;
}

bool store_copy_find(const char *folder, char ret_problem[STORE_COPY_PROBLEM_BYTES])
{
    char path[PATH_MAX];
    struct stat found;
    if (stat(folder, &found) != 0) return refuse(folder, strerror(errno), ret_problem);
    if (!S_ISDIR(found.st_mode)) return refuse(folder, "is not a folder", ret_problem);
    if (!join(folder, "data.mdb", path)) return refuse(folder, strerror(ENAMETOOLONG), ret_problem);
    if (stat(path, &found) == 0) return true;
    if (errno == ENOENT) return refuse(folder, "there is no store in it: no data.mdb", ret_problem);
    return refuse(path, strerror(errno), ret_problem);
}

/* A backup has no lock file, and nobody makes one here. */
static bool lock(const char *folder, int *ret_fd, char *ret_problem)
{
    char path[PATH_MAX];
    REQUIRE(join(folder, "onsale.lock", path));
    *ret_fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*ret_fd < 0 && errno == ENOENT) return true;
    if (*ret_fd < 0) return refuse(path, strerror(errno), ret_problem);
    if (flock(*ret_fd, LOCK_EX | LOCK_NB) == 0) return true;
    bool is_used = errno == EWOULDBLOCK;
    int error = errno;
    close(*ret_fd);
    return refuse(folder, is_used ? "a server or an upgrade uses it" : strerror(error),
                  ret_problem);
}

static bool copy_all(const char *folder, const char *copy, char *ret_problem)
{
    for (size_t i = 0; i < NAMES; i++) {
        if (copy_file(folder, copy, names[i])) continue;
        snprintf(ret_problem, STORE_COPY_PROBLEM_BYTES, "can't copy %s/%s to %s: %s", folder,
                 names[i], copy, strerror(errno));
        return false;
    }
    return true;
}

bool store_copy_make(const char *folder, struct store_copy *ret_copy,
                     char ret_problem[STORE_COPY_PROBLEM_BYTES])
{
    struct store_copy copy = {.lock_fd = -1};
    const char *parent = getenv("TMPDIR");
    if (!store_copy_find(folder, ret_problem) || !lock(folder, &copy.lock_fd, ret_problem))
        return false;
    if (!join(parent == NULL ? "/tmp" : parent, "onsaled-copy-XXXXXX", copy.path) ||
        mkdtemp(copy.path) == NULL) {
        snprintf(ret_problem, STORE_COPY_PROBLEM_BYTES, "can't make a folder for a copy: %s",
                 strerror(errno));
        copy.path[0] = '\0';
    }
    if (copy.path[0] == '\0' || !copy_all(folder, copy.path, ret_problem)) {
        store_copy_remove(&copy);
        return false;
    }
    *ret_copy = copy;
    return true;
}

void store_copy_remove(struct store_copy *copy)
{
    static const char *const made[] = {"lock.mdb", "onsale.lock", "onsale.journal.new"};
    char path[PATH_MAX];
    for (size_t i = 0; copy->path[0] != '\0' && i < NAMES; i++)
        if (join(copy->path, names[i], path)) unlink(path);
    for (size_t i = 0; copy->path[0] != '\0' && i < sizeof made / sizeof made[0]; i++)
        if (join(copy->path, made[i], path)) unlink(path);
    if (copy->path[0] != '\0') rmdir(copy->path);
    if (copy->lock_fd >= 0) close(copy->lock_fd);
}
