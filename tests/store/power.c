#include "tests/store/power.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/require.h"
#include "tests/lib/temp_folder.h"
#include "tests/store/power_file.h"

static const char *const names[] = {"data.mdb", "new/data.mdb", "onsale.journal",
                                    "onsale.journal.new", "onsale.journal.flushed"};

enum { NAMES = sizeof names / sizeof names[0], FILES_MAX = 8 };

/* The functions at the end take the place of the C library's for the whole process, so there can be
 * but one state. */
static struct {
    const char *folder; /* NULL: not watching */
    const char *after;
    unsigned calls_left;
    bool is_cut;
    void (*act)(void *context);
    void *act_context;
    struct random random;
    ino_t entries[NAMES]; /* of the folder, as the disk has them; 0: not there */
    size_t files_count;
    struct power_file files[FILES_MAX];
} power;

static ino_t entry(size_t name)
{
    struct stat file;
    char *path = temp_folder_join(power.folder, names[name]);
    ino_t inode = stat(path, &file) == 0 ? file.st_ino : 0;
    free(path);
    return inode;
}

static void flush_entries(void)
{
    for (size_t i = 0; i < NAMES; i++)
        power.entries[i] = entry(i);
}

/* --- The cut ---------------------------------------------------------------------------------- */

static struct power_file *find_file(ino_t inode)
{
    for (size_t i = 0; i < power.files_count; i++)
        if (power.files[i].inode == inode) return &power.files[i];
    return NULL;
}

static struct power_file *load_file(ino_t inode, int fd, size_t size)
{
    REQUIRE(power.files_count < FILES_MAX);
    struct power_file *file = &power.files[power.files_count++];
    *file = (struct power_file){.inode = inode};
    power_file_load(file, fd, size);
    return file;
}

static void load_entry(size_t name)
{
    if (power.entries[name] == 0) return;
    struct stat info;
    char *path = temp_folder_join(power.folder, names[name]);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    REQUIRE(fd >= 0 && fstat(fd, &info) == 0);
    load_file(info.st_ino, fd, (size_t)info.st_size);
    close(fd);
    free(path);
}

static void leave_file(size_t name)
{
    ino_t now = entry(name);
    ino_t inode = random_chance(&power.random, 50) ? now : power.entries[name];
    if (inode == 0) return;
    size_t size;
    const struct power_file *file = find_file(inode);
    if (file == NULL) return; /* made, and never written */
    uint8_t *bytes = power_file_after_cut(file, &power.random, &size);
    char *path = temp_folder_join(power.after, names[name]);
    FILE *left = fopen(path, "w");
    REQUIRE(left != NULL && fwrite(bytes, 1, size, left) == size && fclose(left) == 0);
    free(path);
    free(bytes);
}

void power_cut(void)
{
    if (power.is_cut) return;
    char *inner = temp_folder_join(power.after, "new");
    REQUIRE(mkdir(power.after, 0700) == 0 && mkdir(inner, 0700) == 0);
    free(inner);
    for (size_t i = 0; i < NAMES; i++)
        leave_file(i);
    power.is_cut = true;
}

void power_begin(const char *folder, const char *after, unsigned calls, uint64_t seed)
{
    power.folder = folder;
    power.after = after;
    power.calls_left = calls;
    power.is_cut = false;
    power.random = random_make(seed);
    flush_entries();
    for (size_t i = 0; i < NAMES; i++)
        load_entry(i);
}

void power_cut_after(unsigned calls)
{
    if (calls < power.calls_left) power.calls_left = calls;
}

bool power_is_cut(void)
{
    return power.is_cut;
}

void power_act_after_flush(void (*act)(void *context), void *context)
{
    power.act = act;
    power.act_context = context;
}

void power_end(void)
{
    power.act = NULL;
    for (size_t i = 0; i < power.files_count; i++)
        power_file_free(&power.files[i]);
    power.files_count = 0;
    power.folder = NULL;
}

/* --- Calls ------------------------------------------------------------------------------------ */

static bool is_watching(void)
{
    return power.folder != NULL && !power.is_cut;
}

/* @return Whether the call comes to its end. */
static bool count_call(void)
{
    if (power.calls_left-- > 0) return true;
    power_cut();
    return false;
}

static bool is_watched_path(const char *path)
{
    size_t length = strlen(power.folder);
    if (strncmp(path, power.folder, length) != 0 || path[length] != '/') return false;
    for (size_t i = 0; i < NAMES; i++)
        if (strcmp(path + length + 1, names[i]) == 0) return true;
    return false;
}

static struct power_file *watched_file(int fd)
{
    char link[64], path[PATH_MAX];
    struct stat info;
    if (!is_watching()) return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return NULL;
    path[length] = '\0';
    if (!is_watched_path(path)) return NULL;
    REQUIRE(fstat(fd, &info) == 0);
    struct power_file *file = find_file(info.st_ino);
    return file != NULL ? file : load_file(info.st_ino, fd, (size_t)info.st_size);
}

static void note_write(int fd, const void *bytes, size_t size, off_t offset)
{
    struct power_file *file = watched_file(fd);
    if (file == NULL || size == 0) return;
    power_file_write(file, bytes, size, (size_t)offset);
    if (!count_call()) return;
    if ((fcntl(fd, F_GETFL) & O_DSYNC) != 0) power_file_flush_part(file, (size_t)offset, size);
}

static void note_parts(int fd, const struct iovec *parts, int count)
{
    off_t offset = lseek(fd, 0, SEEK_CUR);
    for (int i = 0; i < count; i++) {
        note_write(fd, parts[i].iov_base, parts[i].iov_len, offset);
        offset += (off_t)parts[i].iov_len;
    }
}

static void note_flush(int fd)
{
    struct stat flushed, folder;
    struct power_file *file = watched_file(fd);
    if (file != NULL && count_call()) power_file_flush(file);
    if (!is_watching() || fstat(fd, &flushed) != 0 || stat(power.folder, &folder) != 0) return;
    if (flushed.st_ino == folder.st_ino && count_call()) flush_entries();
}

/* Also the first call on a file that was left over and emptied when it was opened. */
static void note_allocation(int fd, size_t size)
{
    struct power_file *file = watched_file(fd);
    struct stat info;
    if (file == NULL) return;
    REQUIRE(fstat(fd, &info) == 0);
    if (info.st_size == 0) power_file_load(file, fd, 0);
    power_file_extend(file, size);
    count_call();
}

static void *real(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    REQUIRE(function != NULL);
    return function;
}

/* Their names in the C library are given apart, because the headers rename some of them. */
ssize_t power_pwrite(int fd, const void *bytes, size_t size, off_t offset) __asm__("pwrite");
ssize_t power_pwrite64(int fd, const void *bytes, size_t size, off_t offset) __asm__("pwrite64");
ssize_t power_writev(int fd, const struct iovec *parts, int count) __asm__("writev");
int power_fdatasync(int fd) __asm__("fdatasync");
int power_fsync(int fd) __asm__("fsync");
int power_fallocate(int fd, int mode, off_t offset, off_t size) __asm__("fallocate64");
int power_rename(const char *from, const char *to) __asm__("rename");

ssize_t power_pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    ssize_t (*real_pwrite)(int, const void *, size_t, off_t) = real("pwrite");
    note_write(fd, bytes, size, offset);
    return real_pwrite(fd, bytes, size, offset);
}

ssize_t power_pwrite64(int fd, const void *bytes, size_t size, off_t offset)
{
    return power_pwrite(fd, bytes, size, offset);
}

ssize_t power_writev(int fd, const struct iovec *parts, int count)
{
    ssize_t (*real_writev)(int, const struct iovec *, int) = real("writev");
    note_parts(fd, parts, count);
    return real_writev(fd, parts, count);
}

int power_fdatasync(int fd)
{
    int (*real_fdatasync)(int) = real("fdatasync");
    note_flush(fd);
    int rc = power.folder == NULL ? real_fdatasync(fd) : 0; /* nobody cuts the real power */
    void (*act)(void *) = power.act;
    power.act = NULL;
    if (act != NULL) act(power.act_context);
    return rc;
}

int power_fsync(int fd)
{
    int (*real_fsync)(int) = real("fsync");
    note_flush(fd);
    return real_fsync(fd);
}

int power_fallocate(int fd, int mode, off_t offset, off_t size)
{
    int (*real_fallocate)(int, int, off_t, off_t) = real("fallocate64");
    note_allocation(fd, (size_t)(offset + size));
    return real_fallocate(fd, mode, offset, size);
}

int power_rename(const char *from, const char *to)
{
    int (*real_rename)(const char *, const char *) = real("rename");
    int rc = real_rename(from, to);
    if (is_watching() && is_watched_path(to)) count_call();
    return rc;
}
