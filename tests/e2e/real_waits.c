/* real_waits.c -- Condition variables as libc has them, for a process whose clock libfaketime sets.
 * To be loaded before libfaketime: there a timed wait by the monotonic clock ends at once, though
 * that clock is left alone, so that waiting threads spin and keep others from their mutexes. That
 * of Debian 13 may also keep the mutex, and not destroy a condition, which nng does not survive. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

static void *of_libc(const char *name)
{
    void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    void *function = libc == NULL ? NULL : dlsym(libc, name);
    if (function == NULL) abort();
    dlclose(libc);
    return function;
}

int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes)
{
    int (*init)(pthread_cond_t *, const pthread_condattr_t *);
    *(void **)&init = of_libc("pthread_cond_init");
    return init(condition, attributes);
}

int pthread_cond_destroy(pthread_cond_t *condition)
{
    int (*destroy)(pthread_cond_t *);
    *(void **)&destroy = of_libc("pthread_cond_destroy");
    return destroy(condition);
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                           const struct timespec *until)
{
    int (*timed_wait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    *(void **)&timed_wait = of_libc("pthread_cond_timedwait");
    return timed_wait(condition, mutex, until);
}
