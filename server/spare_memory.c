#include "server/spare_memory.h"

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

enum { GROWN_BYTES = 8 << 20, PAUSE_SECONDS = 4 };

/* By default malloc keeps twice the largest block that was ever freed, for each of the arenas that
 * threads share, and malloc_trim does not reach what lies at the end of an arena, but the main
 * one's. So ends are bounded. But one that is given back after each frame, and made anew by page
 * faults, costs a tenth of the processor's time: so there are few, which keep what frames need. */
enum { ENDS_MAX = 3, END_BYTES_MAX = 4 << 20, OWN_MAPPING_BYTES_MIN = 4 << 20 };

void spare_memory_init(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int ends = cores < 1 || cores > ENDS_MAX ? ENDS_MAX : (int)cores;
    mallopt(M_ARENA_MAX, 1 + ends);
    mallopt(M_TRIM_THRESHOLD, END_BYTES_MAX);
    mallopt(M_MMAP_THRESHOLD, OWN_MAPPING_BYTES_MIN);
}

size_t spare_memory_private_bytes(void)
{
    size_t resident = 0;
    size_t shared = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) return 0;
    int got = fscanf(file, "%*s %zu %zu", &resident, &shared);
    fclose(file);
    return got == 2 ? (resident - shared) * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

static size_t others_bytes(size_t used_bytes)
{
    size_t bytes = spare_memory_private_bytes();
    return bytes > used_bytes ? bytes - used_bytes : 0;
}

/* The least that the process ever had. */
static size_t least;

void spare_memory_note_start(void)
{
    least = others_bytes(0);
}

/* What is freed leaves `used_bytes` and stays resident, so it shows in the others. While most of
 * them is in use, as in the midst of an import, there is nothing to give back yet. What can't be
 * given back now may be a little later: while there is much of it, this is tried again. */
void spare_memory_give_back(size_t used_bytes)
{
    static size_t left; /* after the last time */
    static unsigned pause_seconds;
    size_t others = others_bytes(used_bytes);
    if (others < least) least = others;
    if (pause_seconds > 0) pause_seconds--;
    if (others < least + GROWN_BYTES) return;
    if (pause_seconds > 0 && others < left + GROWN_BYTES) return;
    if (mallinfo2().fordblks < GROWN_BYTES) return;
    malloc_trim(0);
    left = others_bytes(used_bytes);
    pause_seconds = PAUSE_SECONDS;
}
