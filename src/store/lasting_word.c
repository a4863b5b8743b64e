#include "store/lasting_word.h"

#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"
#include "store/folder.h"

enum { WORD_FILE_BYTES = 4096 };

_Static_assert(WORD_FILE_BYTES >= sizeof(_Atomic uint64_t), "the word fits");
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a lock would not outlive the process");

/* All of it is written, or else there might be no room for the page when the word is changed. */
static bool make_whole(int fd)
{
    REQUIRE(fd >= 0);
    static const uint8_t zeros[WORD_FILE_BYTES];
    struct stat file;
    if (fstat(fd, &file) != 0) return false;
    if (file.st_size >= WORD_FILE_BYTES) return true;
    return pwrite(fd, zeros, sizeof zeros, 0) == (ssize_t)sizeof zeros;
}

static void *map_file(const char *path)
{
    REQUIRE(path[0] != '\0');
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return MAP_FAILED;
    void *page = MAP_FAILED;
    if (make_whole(fd))
        page = mmap(NULL, WORD_FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return page;
}

void lasting_word_open(struct lasting_word *word, const char *folder)
{
    REQUIRE(folder != NULL);
    char path[PATH_MAX];
    void *page = MAP_FAILED;
    if (folder_path(folder, "onsale.clock", path)) page = map_file(path);
    word->at = page == MAP_FAILED ? &word->own : page;
    REQUIRE((uintptr_t)word->at % sizeof *word->at == 0);
}

void lasting_word_close(struct lasting_word *word)
{
    if (word->at != NULL && word->at != &word->own) munmap((void *)word->at, WORD_FILE_BYTES);
    word->at = NULL;
}
