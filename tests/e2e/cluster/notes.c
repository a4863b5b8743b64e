#include "tests/e2e/cluster/notes.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/require.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the files and the counts */
static FILE *events, *seats;
static int64_t opened_us, opened_ms; /* the same moment on both clocks */
static _Atomic uint64_t acknowledged;
static uint64_t lost, twice, wrong;

static int64_t read_us(clockid_t clock)
{
    struct timespec now;
    REQUIRE(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t notes_now_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

static int64_t ms_of(int64_t us)
{
    return opened_ms + (us - opened_us) / 1000;
}

static FILE *make_file(const char *folder, const char *name)
{
    char path[4096];
    REQUIRE((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) < sizeof path);
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    return file;
}

void notes_open(const char *folder)
{
    opened_us = notes_now_us();
    opened_ms = read_us(CLOCK_REALTIME) / 1000;
    events = make_file(folder, "events");
    seats = make_file(folder, "seats");
}

void notes_answered(int64_t called_us, bool is_write)
{
    int64_t took_ms = (notes_now_us() - called_us) / 1000;
    if (is_write) atomic_fetch_add(&acknowledged, 1);
    if (took_ms < SLOW_MS) return;
    pthread_mutex_lock(&lock);
    fprintf(events, "%" PRId64 " slow %" PRId64 "\n", ms_of(called_us), took_ms);
    pthread_mutex_unlock(&lock);
}

void notes_seat(uint32_t seat, const char *call, const struct caller_id *id, int64_t called_us,
                const char *result)
{
    char text[2 * ONSALE_ID_BYTES + 1] = "-";
    for (size_t i = 0; id != NULL && i < ONSALE_ID_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", id->bytes[i]);
    int64_t now_us = notes_now_us();
    pthread_mutex_lock(&lock);
    fprintf(seats, "%" PRIu32 " %s %s %" PRId64 " %" PRId64 " %s\n", seat, call, text, called_us,
            now_us, result);
    pthread_mutex_unlock(&lock);
}

void notes_wrong(const char *kind, const char *format, ...)
{
    va_list arguments;
    pthread_mutex_lock(&lock);
    *(strcmp(kind, "lost") == 0 ? &lost : strcmp(kind, "twice") == 0 ? &twice : &wrong) += 1;
    fprintf(events, "%" PRId64 " %s ", ms_of(notes_now_us()), kind);
    va_start(arguments, format);
    vfprintf(events, format, arguments);
    va_end(arguments);
    fputc('\n', events);
    fflush(events);
    pthread_mutex_unlock(&lock);
}

void notes_count(void)
{
    pthread_mutex_lock(&lock);
    fprintf(events, "%" PRId64 " count %" PRIu64 "\n", ms_of(notes_now_us()),
            (uint64_t)acknowledged);
    fflush(events);
    pthread_mutex_unlock(&lock);
}

bool notes_close(void)
{
    REQUIRE(fclose(events) == 0);
    REQUIRE(fclose(seats) == 0);
    printf("%" PRIu64 " writes acknowledged, %" PRIu64 " lost, %" PRIu64 " twice, %" PRIu64
           " answers wrong\n",
           (uint64_t)acknowledged, lost, twice, wrong);
    return lost + twice + wrong == 0;
}
