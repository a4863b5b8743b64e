#include "bench/measure/disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/require.h"
#include "bench/measure/clock.h"

enum { FILE_BYTES = 16 * 1024 * 1024, CHUNK_BYTES = 1024 * 1024, PATH_BYTES = 256 };

/* Blocks that were never written would cost the file system more than a write. */
static bool fill(int fd)
{
    static const char chunk[CHUNK_BYTES];
    if (lseek(fd, 0, SEEK_END) >= FILE_BYTES) return true;
    for (off_t at = 0; at < FILE_BYTES; at += CHUNK_BYTES)
        if (pwrite(fd, chunk, CHUNK_BYTES, at) != CHUNK_BYTES) return false;
    return fdatasync(fd) == 0;
}

static bool write_in_turn(int fd, size_t bytes, double rate, double seconds, uint64_t *ret_most_ns)
{
    static const char chunk[CHUNK_BYTES];
    const uint64_t start_ns = clock_now_ns();
    const uint64_t writes = (uint64_t)(rate * seconds);
    off_t at = 0;
    *ret_most_ns = 0;
    for (uint64_t i = 0; i < writes; i++) {
        clock_sleep_until_ns(start_ns + (uint64_t)((double)i * (double)NS_PER_SECOND / rate));
        uint64_t begun_ns = clock_now_ns();
        if (pwrite(fd, chunk, bytes, at) != (ssize_t)bytes) return false;
        uint64_t taken_ns = clock_now_ns() - begun_ns;
        if (taken_ns > *ret_most_ns) *ret_most_ns = taken_ns;
        at = (at + (off_t)bytes) % (FILE_BYTES - CHUNK_BYTES);
    }
    return true;
}

bool disk_longest_write_ms(const char *folder, size_t bytes, double rate, double seconds,
                           double *ret_ms)
{
    char path[PATH_BYTES];
    uint64_t most_ns = 0;
    REQUIRE(bytes >= 1 && bytes <= CHUNK_BYTES);
    REQUIRE(snprintf(path, sizeof path, "%s/disk-alone", folder) < (int)sizeof path);
    int fd = open(path, O_RDWR | O_CREAT | O_DSYNC | O_CLOEXEC, 0600);
    bool is_fine = fd >= 0 && fill(fd) && write_in_turn(fd, bytes, rate, seconds, &most_ns);
    if (!is_fine) perror(path);
    if (fd >= 0) close(fd);
    *ret_ms = (double)most_ns / (double)NS_PER_MS;
    return is_fine;
}
