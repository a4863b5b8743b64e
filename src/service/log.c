#include "service/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "service/log_flood.h"
enum { MESSAGE_BYTES = 1024, NOTE_BYTES = 256, NS_PER_MS = 1000000 };

static struct {
    pthread_mutex_t lock;
    enum log_level least;
    enum log_format format;
    bool is_for_journal;
    struct log_flood flood;
    uint64_t lost; /* lines that stderr did not take since it did */
} state = {.lock = PTHREAD_MUTEX_INITIALIZER, .least = LOG_INFO};

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / NS_PER_MS;
}

/* It goes on while the machine sleeps. */
static int64_t monotonic_ms(void)
{
    return clock_ms(CLOCK_BOOTTIME);
}

/* systemd says of which file its journal is the reader: somebody may have put another in its place.
 */
static bool is_journal(void)
{
    unsigned long long device, inode;
    struct stat found;
    const char *stream = getenv("JOURNAL_STREAM");
    return stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
           fstat(STDERR_FILENO, &found) == 0 && found.st_dev == device && found.st_ino == inode;
}

void log_set(enum log_level least, enum log_format format)
{
    pthread_mutex_lock(&state.lock);
    state.least = least;
    state.format = format;
    state.is_for_journal = is_journal();
    pthread_mutex_unlock(&state.lock);
}

/* Below, the lock is held. */

/* Nobody waits for who reads the log: it may be stuck. */
static bool put(const char *line, size_t size)
{
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&out, 1, 0) != 1 || (out.revents & POLLOUT) == 0) return false;
    return write(STDERR_FILENO, line, size) == (ssize_t)size;
}

static bool say(enum log_level level, const char *message, const struct log_field *fields,
                size_t fields_count)
{
    char line[LOG_RECORD_BYTES];
    struct log_record record = {
        .program = program_invocation_short_name,
        .at_ms = clock_ms(CLOCK_REALTIME),
        .pid = (int)getpid(),
        .level = level,
        .message = message,
        .fields = fields,
        .fields_count = fields_count,
        .is_for_journal = state.is_for_journal,
    };
    return put(line, log_record_write(&record, state.format, line));
}

static void say_or_lose(enum log_level level, const char *message, const struct log_field *fields,
                        size_t fields_count)
{
    char note[NOTE_BYTES];
    if (state.lost > 0) {
        snprintf(note, sizeof note, "%llu lines of the log were lost",
                 (unsigned long long)state.lost);
        if (say(LOG_WARNING, note, NULL, 0)) state.lost = 0;
    }
    if (state.lost > 0 || !say(level, message, fields, fields_count)) state.lost++;
}

static void say_held_back(const char *kind, uint32_t held_back)
{
    char note[NOTE_BYTES];
    snprintf(note, sizeof note, "%u more suppressed, like: %s", held_back, kind);
    say_or_lose(LOG_WARNING, note, NULL, 0);
}

/* @param kind  What it is a repeat of; NULL: it is said however often it comes. */
static void say_if_wanted(enum log_level level, const char *kind, const char *message,
                          const struct log_field *fields, size_t fields_count)
{
    uint32_t held_back = 0;
    if (level > state.least) return;
    bool is_said = kind == NULL || log_flood_admits(&state.flood, kind, monotonic_ms(), &held_back);
    if (held_back > 0) say_held_back(kind, held_back);
    if (is_said) say_or_lose(level, message, fields, fields_count);
}

void log_at(enum log_level level, const char *format, ...)
{
    char text[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    pthread_mutex_lock(&state.lock);
    say_if_wanted(level, format, text, NULL, 0);
    pthread_mutex_unlock(&state.lock);
}

void log_event(enum log_level level, bool may_flood, const char *message,
               const struct log_field *fields, size_t fields_count)
{
    pthread_mutex_lock(&state.lock);
    say_if_wanted(level, may_flood ? message : NULL, message, fields, fields_count);
    pthread_mutex_unlock(&state.lock);
}

void log_tick(void)
{
    const char *kind;
    uint32_t held_back;
    pthread_mutex_lock(&state.lock);
    while ((kind = log_flood_take(&state.flood, monotonic_ms(), &held_back)) != NULL)
        say_held_back(kind, held_back);
    pthread_mutex_unlock(&state.lock);
}
