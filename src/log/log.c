#include "log/log.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "log/append.h"
#include "log/engine.h"
#include "log/reader.h"
#include "log/trim.h"

struct log {
    struct log_engine *engine;
    struct log_append append;
    struct log_reader reader;
};

struct log *log_make(struct log_engine *engine)
{
    REQUIRE(engine->methods != NULL);
    struct log *log = calloc(1, sizeof *log);
    if (log == NULL) return NULL;
    log->engine = engine;
    if (log_append_init(&log->append, engine)) {
        if (log_reader_init(&log->reader, engine)) return log;
        log_append_deinit(&log->append);
    }
    free(log);
    return NULL;
}

struct log_engine *log_engine_of(const struct log *log)
{
    return log->engine;
}

void log_close(struct log *log)
{
    if (log == NULL) return;
    log_append_deinit(&log->append);
    log_reader_deinit(&log->reader);
    log->engine->methods->close(log->engine);
    free(log);
}

enum status log_lead(struct log *log, const char *holder, uint64_t *ret_epoch)
{
    REQUIRE(holder != NULL);
    uint64_t epoch = 0;
    enum status err = log->engine->methods->claim(log->engine, holder, &epoch);
    if (err != STATUS_OK) return err;
    log_append_begin(&log->append, epoch);
    *ret_epoch = epoch;
    return STATUS_OK;
}

enum status log_stage(struct log *log, const struct log_entry *entry)
{
    REQUIRE(entry->index > 0);
    REQUIRE(entry->kind >= LOG_BATCH);
    REQUIRE(entry->kind <= LOG_END);
    REQUIRE(entry->note_size <= LOG_NOTE_BYTES_MAX);
    REQUIRE(entry->note_size == 0 || entry->kind == LOG_START || entry->kind == LOG_HASH);
    REQUIRE(entry->redo_size <= LOG_ENTRY_BYTES_MAX - LOG_ENTRY_HEAD_BYTES - LOG_NOTE_BYTES_MAX);
    if (entry->kind == LOG_START) log_append_know_durable(&log->append, log->reader.durable);
    return log_append_stage(&log->append, entry);
}

enum status log_flush(struct log *log, int64_t patience_ms)
{
    REQUIRE(patience_ms >= 0);
    return log_append_flush(&log->append, patience_ms);
}

enum status log_follow(struct log *log, struct log_place after, bool to_end,
                       enum status (*visit)(void *context, const struct log_entry *entry),
                       void *context, char ret_problem[LOG_PROBLEM_BYTES])
{
    REQUIRE(visit != NULL);
    REQUIRE(after.index > 0 || after.epoch == 0);
    ret_problem[0] = '\0';
    return log_reader_follow(&log->reader, after, to_end, visit, context, ret_problem);
}

enum status log_check(struct log *log, bool to_lead, char ret_problem[LOG_PROBLEM_BYTES])
{
    ret_problem[0] = '\0';
    return log->engine->methods->check(log->engine, to_lead, ret_problem);
}

enum status log_report(struct log *log, const char *node, uint64_t index)
{
    REQUIRE(node != NULL);
    return log->engine->methods->report(log->engine, node, index);
}

enum status log_needed(struct log *log, int64_t silent_ms, uint64_t *ret_index)
{
    REQUIRE(silent_ms >= 0);
    return log->engine->methods->needed(log->engine, silent_ms, ret_index);
}

enum status log_trim(struct log *log, uint64_t below_index, unix_ms before_ms, size_t *ret_rows)
{
    REQUIRE(ret_rows != NULL);
    return log_trim_front(log->engine, below_index, before_ms, ret_rows);
}

uint64_t log_acknowledged(const struct log *log)
{
    return atomic_load(&log->append.acknowledged);
}

int64_t log_lease_ns(const struct log *log)
{
    return atomic_load(&log->append.lease_ns);
}

int64_t log_news_ns(const struct log *log)
{
    return atomic_load(&log->reader.news_ns);
}

int64_t log_heard_ns(const struct log *log, struct log_place last)
{
    const struct log_place *seen = &log->reader.seen;
    if (seen->epoch != last.epoch || seen->index != last.index)
        return log->engine->methods->now_ns(log->engine);
    return log_news_ns(log);
}

uint64_t log_seen(const struct log *log)
{
    uint64_t seen = atomic_load(&log->reader.seen_index);
    uint64_t acknowledged = log_acknowledged(log);
    return seen > acknowledged ? seen : acknowledged;
}
