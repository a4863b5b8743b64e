/* log_rate.c -- How fast a log takes entries, and gives them. Not a test: script/cluster makes what
 * it measures.
 * Usage: log_rate URL SECONDS ENTRIES [plain]: so many entries of 228 bytes a row, one row in
 * flight. Makes the tables anew. */
#include <stdio.h>
#include <stdlib.h>

#include "base/require.h"
#include "log/postgres/session.h"
#include "tests/log/by_hand.h"

enum { REDO_BYTES = 228, FLUSHES_MAX = 1000000 };

static double latencies_ms[FLUSHES_MAX];
static uint8_t redo[4096 * REDO_BYTES];

/* Like the claims of a batch: keys and values that are alike for the most part, and a third that is
 * not. */
static void fill(size_t entries, uint64_t *seed)
{
    for (size_t i = 0; i < entries * REDO_BYTES; i++) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        size_t at = i % REDO_BYTES;
        redo[i] = at % 8 < 3 ? (uint8_t)(*seed >> 56) : (uint8_t)at;
    }
}

static void stage(struct log *log, enum log_kind kind, uint64_t index, uint64_t epoch, size_t size)
{
    struct log_entry entry = {
        .kind = kind, .index = index, .epoch = epoch, .redo = redo, .redo_size = size};
    REQUIRE(log_stage(log, &entry) == STATUS_OK);
}

static void flush(struct log *log)
{
    enum status err;
    while ((err = log_flush(log, 1000)) == STATUS_NOT_YET) {
    }
    REQUIRE(err == STATUS_OK);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct taken {
    uint64_t entries, bytes;
};

static enum status take(void *context, const struct log_entry *entry)
{
    struct taken *taken = context;
    taken->entries++;
    taken->bytes += entry->redo_size;
    return STATUS_OK;
}

static void measure_following(const char *url)
{
    struct taken taken = {0};
    char problem[LOG_PROBLEM_BYTES];
    struct log *log = by_hand_open(url, false);
    uint64_t epoch;
    REQUIRE(log_lead(log, "log_rate", &epoch) == STATUS_OK);
    int64_t started_ns = session_now_ns();
    enum status err = log_follow(log, (struct log_place){0, 0}, true, take, &taken, problem);
    double seconds = (double)(session_now_ns() - started_ns) / 1e9;
    if (err != STATUS_OK) fprintf(stderr, "%s\n", problem);
    printf("followed  %8.0f entries/s  %7.1f MB/s\n", (double)taken.entries / seconds,
           (double)taken.bytes / 1e6 / seconds);
    log_close(log);
}

int main(int argument_count, char **arguments)
{
    REQUIRE(argument_count >= 4);
    const char *url = arguments[1];
    double seconds = strtod(arguments[2], NULL);
    size_t entries = strtoull(arguments[3], NULL, 10), rows = 0;
    REQUIRE(entries >= 1 && entries <= sizeof redo / REDO_BYTES);
    by_hand_make_tables(url);
    struct log *log = by_hand_open(url, argument_count > 4);
    uint64_t epoch = 0, index = 1, seed = 1;
    REQUIRE(log_lead(log, "log_rate", &epoch) == STATUS_OK);
    stage(log, LOG_START, index++, epoch, 0);
    flush(log);
    int64_t started_ns = session_now_ns();
    while ((double)(session_now_ns() - started_ns) < seconds * 1e9 && rows < FLUSHES_MAX) {
        fill(entries, &seed);
        stage(log, LOG_BATCH, index++, epoch, entries * REDO_BYTES);
        int64_t flush_ns = session_now_ns();
        flush(log);
        latencies_ms[rows++] = (double)(session_now_ns() - flush_ns) / 1e6;
    }
    double took = (double)(session_now_ns() - started_ns) / 1e9;
    qsort(latencies_ms, rows, sizeof latencies_ms[0], compare);
    printf("appended  %8.0f rows/s  %7.1f MB/s  p50 %.2f ms  p99 %.2f ms  (%zu bytes a row)\n",
           (double)rows / took, (double)(rows * entries * REDO_BYTES) / 1e6 / took,
           latencies_ms[rows / 2], latencies_ms[rows * 99 / 100], entries * REDO_BYTES);
    log_close(log);
    measure_following(url);
    return 0;
}
