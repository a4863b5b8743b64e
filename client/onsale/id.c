#include "onsale/id.h"

#include <pthread.h>
#include <sys/random.h>
#include <time.h>

#include "base/id.h"

_Static_assert((int)ONSALE_ID_BYTES == (int)ID_BYTES, "one kind of id");
_Static_assert((int)ONSALE_ID_TEXT_BYTES == (int)ID_TEXT_BYTES, "one way to write it");

static unix_ms clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (unix_ms)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

enum { RANDOM_BYTES = 10, RANDOM_IDS = 25 };

_Static_assert(RANDOM_BYTES *RANDOM_IDS <= 256, "getrandom gives so many at once, or none");

/* Randomness for the thread's next ids: a system call for each would cost more than the rest. */
static _Thread_local struct {
    uint8_t bytes[RANDOM_BYTES * RANDOM_IDS];
    size_t left; /* the first ones are */
} pool;

static pthread_once_t forks_once = PTHREAD_ONCE_INIT;
static bool forks_are_watched;

/* Runs in a new process, in its only thread: the parent has the same bytes. */
static void pool_forget(void)
{
    pool.left = 0;
}

static void watch_forks(void)
{
    forks_are_watched = pthread_atfork(NULL, NULL, pool_forget) == 0;
}

static bool pool_fill(void)
{
    pthread_once(&forks_once, watch_forks);
    size_t size = forks_are_watched ? sizeof pool.bytes : RANDOM_BYTES;
    if (getrandom(pool.bytes, size, 0) != (ssize_t)size) return false;
    pool.left = size;
    return true;
}

bool onsale_id_new(uint8_t ret_id[ONSALE_ID_BYTES])
{
    if (pool.left == 0 && !pool_fill()) return false;
    pool.left -= RANDOM_BYTES;
    const uint8_t *random = pool.bytes + pool.left;
    id_make_v7(ret_id, clock_ms(), random);
    return true;
}

void onsale_id_print(const uint8_t id[ONSALE_ID_BYTES], char ret_text[ONSALE_ID_TEXT_BYTES])
{
    id_print(id, ret_text);
}

bool onsale_id_parse(const char *text, uint8_t ret_id[ONSALE_ID_BYTES])
{
    return id_parse(text, ret_id);
}
