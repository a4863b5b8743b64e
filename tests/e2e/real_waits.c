/* real_waits.c -- Condition variables as libc has them, for a process whose clock libfaketime sets.
 * To be loaded before libfaketime: there a timed wait by the monotonic clock ends at once, though
 * that clock is left alone, so that waiting threads spin and keep others from their mutexes. That
 * of Debian 13 may also keep the mutex, and not destroy a condition, which nng does not survive.
 *
 * A wait by the system clock, as those of Debian 12's nng are, ends when that clock gets there,
 * also if it is set meanwhile: so it is made of short ones, which end without a reason. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const int64_t ns_per_s = 1000000000;
static const int64_t year_ns = INT64_C(365) * 24 * 3600 * 1000000000;
static const int64_t slice_ns = 10 * 1000 * 1000;

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

static int64_t ns_of(const struct timespec *moment)
{
    return moment->tv_sec * ns_per_s + moment->tv_nsec;
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return ns_of(&now);
}

/* Not asked of libfaketime. */
static int64_t true_ns(void)
{
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
    return ns_of(&now);
}

/* No machine has run for as long as since 1970. */
static bool is_of_system_clock(int64_t moment_ns)
{
    return moment_ns - clock_ns(CLOCK_MONOTONIC) > year_ns;
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                           const struct timespec *until)
{
    int (*timed_wait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    *(void **)&timed_wait = of_libc("pthread_cond_timedwait");
    int64_t until_ns = ns_of(until);
    if (!is_of_system_clock(until_ns)) return timed_wait(condition, mutex, until);
    int64_t left_ns = until_ns - clock_ns(CLOCK_REALTIME);
    if (left_ns <= 0) return ETIMEDOUT;
    int64_t slice_end_ns = true_ns() + (left_ns < slice_ns ? left_ns : slice_ns);
    struct timespec slice_end = {slice_end_ns / ns_per_s, slice_end_ns % ns_per_s};
    int err = timed_wait(condition, mutex, &slice_end);
    return err == ETIMEDOUT ? 0 : err;
}
