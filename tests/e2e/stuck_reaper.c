/* stuck_reaper.c -- A fault for onsaled_stuck: nng's reaper thread waits forever in `close`, which
 * libnng calls through the dynamic linker, once the file that STUCK_REAPER names is there. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { THREAD_NAME_BYTES = 16 };

static int is_reaper(void)
{
    char name[THREAD_NAME_BYTES] = "";
    return pthread_getname_np(pthread_self(), name, sizeof name) == 0 &&
           strcmp(name, "nng:reap2") == 0;
}

int close(int fd)
{
    const char *file = getenv("STUCK_REAPER");
    while (file != NULL && is_reaper() && access(file, F_OK) == 0)
        pause();
    return (int)syscall(SYS_close, fd);
}
