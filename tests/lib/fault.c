#include "tests/lib/fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/require.h"

/* The functions below take the place of the C library's for the whole process, so there can be but
 * one state. Only the thread that writes gets here while it is armed. */
static struct {
    bool is_armed;
    bool is_armed_for_reads;
    bool disk_is_full;
    bool has_failed;
    enum fault_scope scope;
    unsigned calls_left;
    int error;
} fault;

void fault_arm(unsigned calls, int error, enum fault_scope scope)
{
    fault.is_armed = true;
    fault.has_failed = false;
    fault.scope = scope;
    fault.calls_left = calls;
    fault.error = error;
}

void fault_arm_full_disk(void)
{
    fault.disk_is_full = true;
}

void fault_arm_reads(unsigned calls)
{
    fault.is_armed_for_reads = true;
    fault.has_failed = false;
    fault.calls_left = calls;
}

bool fault_disarm(void)
{
    fault.is_armed = false;
    fault.is_armed_for_reads = false;
    fault.disk_is_full = false;
    return fault.has_failed;
}

static bool is_to_fail(void)
{
    if (!fault.is_armed) return false;
    if (fault.has_failed && fault.scope == FAULT_ONCE) return false;
    if (!fault.has_failed && fault.calls_left-- > 0) return false;
    fault.has_failed = true;
    errno = fault.error;
    return true;
}

static bool is_read_to_fail(void)
{
    if (!fault.is_armed_for_reads || fault.has_failed || fault.calls_left-- > 0) return false;
    fault.has_failed = true;
    errno = EIO;
    return true;
}

static void *real(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    REQUIRE(function != NULL);
    return function;
}

/* Their names in the C library are given apart, because the headers rename some of them. */
ssize_t fault_pread(int fd, void *bytes, size_t size, off_t offset) __asm__("pread64");
ssize_t fault_pwrite(int fd, const void *bytes, size_t size, off_t offset) __asm__("pwrite");
ssize_t fault_pwrite64(int fd, const void *bytes, size_t size, off_t offset) __asm__("pwrite64");
ssize_t fault_writev(int fd, const struct iovec *parts, int count) __asm__("writev");
int fault_fdatasync(int fd) __asm__("fdatasync");
int fault_fsync(int fd) __asm__("fsync");
int fault_sync_file_range(int fd, off_t offset, off_t size,
                          unsigned flags) __asm__("sync_file_range");
int fault_fallocate(int fd, int mode, off_t offset, off_t size) __asm__("fallocate64");

ssize_t fault_pread(int fd, void *bytes, size_t size, off_t offset)
{
    ssize_t (*real_pread)(int, void *, size_t, off_t) = real("pread64");
    return is_read_to_fail() ? -1 : real_pread(fd, bytes, size, offset);
}

ssize_t fault_pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    ssize_t (*real_pwrite)(int, const void *, size_t, off_t) = real("pwrite");
    return is_to_fail() ? -1 : real_pwrite(fd, bytes, size, offset);
}

ssize_t fault_pwrite64(int fd, const void *bytes, size_t size, off_t offset)
{
    return fault_pwrite(fd, bytes, size, offset);
}

ssize_t fault_writev(int fd, const struct iovec *parts, int count)
{
    ssize_t (*real_writev)(int, const struct iovec *, int) = real("writev");
    return is_to_fail() ? -1 : real_writev(fd, parts, count);
}

int fault_fdatasync(int fd)
{
    int (*real_fdatasync)(int) = real("fdatasync");
    return is_to_fail() ? -1 : real_fdatasync(fd);
}

int fault_fsync(int fd)
{
    int (*real_fsync)(int) = real("fsync");
    return is_to_fail() ? -1 : real_fsync(fd);
}

int fault_sync_file_range(int fd, off_t offset, off_t size, unsigned flags)
{
    int (*real_sync)(int, off_t, off_t, unsigned) = real("sync_file_range");
    return is_to_fail() ? -1 : real_sync(fd, offset, size, flags);
}

int fault_fallocate(int fd, int mode, off_t offset, off_t size)
{
    int (*real_fallocate)(int, int, off_t, off_t) = real("fallocate64");
    if (fault.disk_is_full) {
        errno = ENOSPC;
        return -1;
    }
    return is_to_fail() ? -1 : real_fallocate(fd, mode, offset, size);
}
