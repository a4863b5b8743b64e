/* stuck_writer.c -- A fault for onsaled_stuck: the threads that write the journal wait forever in
 * `pwrite`, as on a disk that has gone, while the file that STUCK_WRITER names is there. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { THREAD_NAME_BYTES = 16, LOOK_NS = 10 * 1000 * 1000 };

static int writes_the_journal(void)
{
    char name[THREAD_NAME_BYTES] = "";
    return pthread_getname_np(pthread_self(), name, sizeof name) == 0 &&
           (strcmp(name, "writer") == 0 || strcmp(name, "flusher") == 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    const char *file = getenv("STUCK_WRITER");
    while (file != NULL && writes_the_journal() && access(file, F_OK) == 0)
        syscall(SYS_nanosleep, &(struct timespec){.tv_nsec = LOOK_NS}, NULL);
    return syscall(SYS_pwrite64, fd, bytes, size, offset);
}
