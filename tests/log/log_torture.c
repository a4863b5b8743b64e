/* log_torture.c -- Three replicas that take over from each other and append, while whoever calls
 * this kills and freezes servers: what was acknowledged must be in the log in the end, once, and
 * what followers have must be what the log has. By hand; script/cluster makes what it tortures.
 * Usage: log_torture URL SECONDS SEED. Makes the tables anew. */
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "log/postgres/session.h"
#include "tests/log/by_hand.h"
#include "tests/sim/random.h"

enum { REPLICAS = 3, ENTRIES_MAX = 4 << 20, NS_PER_MS = 1000000, SILENCE_MS = 600 };

/* What a replica takes for the log: the epoch and the number of each entry, by index. */
struct history {
    struct log_place place;
    struct {
        uint64_t epoch, number;
    } * entries;
};

struct replica {
    pthread_t thread;
    struct log *log;
    struct random random;
    struct history history;
    uint64_t takeovers, deposed;
};

static struct replica replicas[REPLICAS];
static _Atomic uint64_t acknowledged[ENTRIES_MAX]; /* number by index; 0: none */
static _Atomic uint64_t numbers, appends;
static _Atomic int64_t acknowledged_ns, longest_ns;
static atomic_bool is_over;

static enum status take(void *context, const struct log_entry *entry)
{
    struct history *history = context;
    uint64_t number = 0;
    REQUIRE(entry->index == history->place.index + 1);
    REQUIRE(entry->index < ENTRIES_MAX);
    if (entry->redo_size == sizeof number) memcpy(&number, entry->redo, sizeof number);
    history->place = (struct log_place){entry->epoch, entry->index};
    history->entries[entry->index].epoch = entry->epoch;
    history->entries[entry->index].number = number;
    return STATUS_OK;
}

static void follow(struct replica *replica, bool to_end)
{
    char problem[LOG_PROBLEM_BYTES];
    enum status err =
        log_follow(replica->log, replica->history.place, to_end, take, &replica->history, problem);
    if (err != STATUS_OK && err != STATUS_LOG_AWAY) fprintf(stderr, "%s\n", problem);
    REQUIRE(err == STATUS_OK || err == STATUS_LOG_AWAY);
}

static void stage(struct replica *replica, enum log_kind kind, uint64_t epoch, uint64_t number)
{
    struct log_entry entry = {.kind = kind,
                              .index = replica->history.place.index + 1,
                              .epoch = epoch,
                              .redo = (const uint8_t *)&number,
                              .redo_size = kind == LOG_BATCH ? sizeof number : 0};
    REQUIRE(log_stage(replica->log, &entry) == STATUS_OK);
    REQUIRE(take(&replica->history, &entry) == STATUS_OK);
}

/* @return Whether it leads on. */
static bool flush(struct replica *replica)
{
    enum status err = STATUS_NOT_YET;
    while (err == STATUS_NOT_YET && !is_over)
        err = log_flush(replica->log, 50);
    REQUIRE(err == STATUS_OK || err == STATUS_DEPOSED || is_over);
    if (err == STATUS_DEPOSED) replica->deposed++;
    return err == STATUS_OK;
}

static void note_acknowledged(const struct replica *replica, uint64_t first)
{
    for (uint64_t index = first; index <= replica->history.place.index; index++)
        acknowledged[index] = replica->history.entries[index].number;
    int64_t now = session_now_ns(), before = acknowledged_ns;
    if (before != 0 && now - before > longest_ns) longest_ns = now - before;
    acknowledged_ns = now;
    appends++;
}

/* Until it is deposed. What was not acknowledged never happened: the history goes back. */
static void lead(struct replica *replica)
{
    struct log_place kept = replica->history.place;
    uint64_t epoch = 0;
    bool leads = log_lead(replica->log, "a torture", &epoch) == STATUS_OK;
    if (leads) {
        follow(replica, true);
        stage(replica, LOG_START, epoch, 0);
        leads = flush(replica);
        replica->takeovers += leads;
    }
    while (leads && !is_over) {
        kept = replica->history.place;
        uint64_t entries = random_between(&replica->random, 1, 5);
        for (uint64_t i = 0; i < entries; i++)
            stage(replica, LOG_BATCH, epoch, ++numbers);
        leads = flush(replica);
        if (leads) note_acknowledged(replica, kept.index + 1);
        /* Frozen for a while. */
        if (random_below(&replica->random, 1000) == 0)
            poll(NULL, 0, (int)random_between(&replica->random, 200, 2000));
    }
    if (!leads) replica->history.place = kept;
}

static void *run(void *context)
{
    struct replica *replica = context;
    int64_t started_ns = session_now_ns();
    while (!is_over) {
        follow(replica, false);
        int64_t news_ns = log_news_ns(replica->log);
        if (news_ns < started_ns) news_ns = started_ns;
        int64_t silence_ms = SILENCE_MS + (int64_t)random_below(&replica->random, 300);
        if (session_now_ns() - news_ns > silence_ms * NS_PER_MS) lead(replica);
        poll(NULL, 0, 10);
    }
    return NULL;
}

/* The log in the end, as who leads next reads it. */
static void read_all(const char *url, struct history *all)
{
    uint64_t epoch;
    enum status err = STATUS_LOG_AWAY;
    struct log *log = by_hand_open(url, false);
    while (err != STATUS_OK)
        err = log_lead(log, "a torture", &epoch);
    struct replica reader = {.log = log, .history = *all};
    for (uint64_t before = 1; before != reader.history.place.index;) {
        before = reader.history.place.index;
        follow(&reader, true);
    }
    *all = reader.history;
    log_close(log);
}

static uint64_t count_differences(const struct history *all)
{
    uint64_t lost = 0, forks = 0;
    for (uint64_t index = 1; index < ENTRIES_MAX; index++)
        if (acknowledged[index] != 0 &&
            (index > all->place.index || all->entries[index].number != acknowledged[index]))
            lost++;
    for (size_t i = 0; i < REPLICAS; i++) {
        const struct history *has = &replicas[i].history;
        for (uint64_t index = 1; index <= has->place.index; index++)
            forks += has->entries[index].number != all->entries[index].number ||
                     has->entries[index].epoch != all->entries[index].epoch;
    }
    uint64_t twice = 0;
    uint8_t *seen = calloc(numbers + 1, 1);
    for (uint64_t index = 1; index <= all->place.index; index++) {
        uint64_t number = all->entries[index].number;
        REQUIRE(number <= numbers);
        if (number != 0 && seen[number]++ > 0) twice++;
    }
    free(seen);
    printf("lost %" PRIu64 ", twice %" PRIu64 ", forks %" PRIu64 "\n", lost, twice, forks);
    return lost + twice + forks;
}

int main(int argument_count, char **arguments)
{
    REQUIRE(argument_count == 4);
    uint64_t takeovers = 0, deposed = 0;
    by_hand_make_tables(arguments[1]);
    for (size_t i = 0; i < REPLICAS; i++) {
        replicas[i].log = by_hand_open(arguments[1], false);
        replicas[i].random = random_make(strtoull(arguments[3], NULL, 10) + i);
        replicas[i].history.entries = calloc(ENTRIES_MAX, sizeof *replicas[i].history.entries);
        REQUIRE(pthread_create(&replicas[i].thread, NULL, run, &replicas[i]) == 0);
    }
    poll(NULL, 0, (int)strtol(arguments[2], NULL, 10) * 1000);
    is_over = true;
    for (size_t i = 0; i < REPLICAS; i++)
        pthread_join(replicas[i].thread, NULL);
    is_over = false;
    struct history all = {.entries = calloc(ENTRIES_MAX, sizeof *all.entries)};
    read_all(arguments[1], &all);
    for (size_t i = 0; i < REPLICAS; i++) {
        takeovers += replicas[i].takeovers;
        deposed += replicas[i].deposed;
        log_close(replicas[i].log);
    }
    printf("%" PRIu64 " appends acknowledged, %" PRIu64 " takeovers, %" PRIu64 " deposed, %" PRIu64
           " entries, longest stall %.2f s: ",
           (uint64_t)appends, takeovers, deposed, all.place.index, (double)longest_ns / 1e9);
    return count_differences(&all) == 0 ? 0 : 1;
}
