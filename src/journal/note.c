#include "journal/note.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/require.h"

_Static_assert(sizeof(struct note) == 4 * sizeof(uint64_t), "a note has no bytes but its fields");

static uint64_t note_checksum(const struct note *note)
{
    return XXH3_64bits(&note->id, sizeof *note - offsetof(struct note, id));
}

int note_open(const char *journal_path)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s.flushed", journal_path);
    if (length < 0 || (size_t)length >= sizeof path) return -1;
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

struct note note_read(int fd)
{
    struct note note;
    bool is_whole = fd >= 0 && pread(fd, &note, sizeof note, 0) == (ssize_t)sizeof note &&
                    note.checksum == note_checksum(&note);
    return is_whole ? note : (struct note){0};
}

/* If it fails, what it said before still holds. */
void note_write(int fd, struct note note)
{
    REQUIRE(note.epoch != 0);
    REQUIRE(note.flushed != 0);
    if (fd < 0) return;
    note.checksum = note_checksum(&note);
    ssize_t written = pwrite(fd, &note, sizeof note, 0);
    (void)written;
}
