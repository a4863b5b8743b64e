#include "log/append.h"

#include <string.h>

#include "base/require.h"
#include "log/plant.h"

enum { NS_PER_MS = 1000000 };

static int64_t now_ns(const struct log_append *append)
{
    return append->engine->methods->now_ns(append->engine);
}

bool log_append_init(struct log_append *append, struct log_engine *engine)
{
    *append = (struct log_append){.engine = engine};
    if (pthread_mutex_init(&append->stage_lock, NULL) != 0) return false;
    if (pthread_mutex_init(&append->flush_lock, NULL) == 0) return true;
    pthread_mutex_destroy(&append->stage_lock);
    return false;
}

void log_append_deinit(struct log_append *append)
{
    log_bytes_free(&append->staged);
    log_bytes_free(&append->entries);
    log_bytes_free(&append->body);
    log_packer_free(&append->packer);
    pthread_mutex_destroy(&append->stage_lock);
    pthread_mutex_destroy(&append->flush_lock);
}

static void raise_to(_Atomic uint64_t *value, uint64_t to)
{
    uint64_t before = atomic_load(value);
    while (before < to && !atomic_compare_exchange_weak(value, &before, to)) {
    }
}

void log_append_know_durable(struct log_append *append, uint64_t index)
{
    raise_to(&append->durable, index);
}

void log_append_begin(struct log_append *append, uint64_t epoch)
{
    REQUIRE(epoch > 0);
    pthread_mutex_lock(&append->flush_lock);
    append->engine->methods->abandon(append->engine);
    pthread_mutex_lock(&append->stage_lock);
    append->epoch = epoch;
    append->staged.size = 0;
    append->next = 0;
    pthread_mutex_unlock(&append->stage_lock);
    append->has_row = false;
    append->entries.size = 0;
    append->has_started = false;
    append->is_deposed = false;
    append->start = 0;
    append->fresh_ns = now_ns(append);
    atomic_store(&append->acknowledged, 0);
    atomic_store(&append->lease_ns, 0);
    pthread_mutex_unlock(&append->flush_lock);
}

enum status log_append_stage(struct log_append *append, const struct log_entry *entry)
{
    REQUIRE(entry->epoch == append->epoch);
    pthread_mutex_lock(&append->stage_lock);
    REQUIRE((entry->kind == LOG_START) == (append->next == 0));
    REQUIRE(append->next == 0 || entry->index == append->next);
    bool is_added = log_row_add(&append->staged, entry);
    if (is_added && append->next == 0) append->staged_first = entry->index;
    if (is_added) append->next = entry->index + 1;
    pthread_mutex_unlock(&append->stage_lock);
    return is_added ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

/* --- Rows ------------------------------------------------------------------------------------- */

/* What is staged, or as much of it as fits into a row. */
static bool take_staged(struct log_append *append, uint64_t *ret_first, uint32_t *ret_count)
{
    pthread_mutex_lock(&append->stage_lock);
    REQUIRE(append->staged.size > 0);
    REQUIRE(append->staged_first > 0);
    size_t front = log_row_front(append->staged.bytes, append->staged.size, ret_count);
    append->entries.size = 0;
    bool is_taken = log_bytes_reserve(&append->entries, front);
    if (is_taken) {
        memcpy(append->entries.bytes, append->staged.bytes, front);
        append->entries.size = front;
        append->staged.size -= front;
        memmove(append->staged.bytes, append->staged.bytes + front, append->staged.size);
        *ret_first = append->staged_first;
        append->staged_first += *ret_count;
    }
    pthread_mutex_unlock(&append->stage_lock);
    return is_taken;
}

/* A row that was taken and has no body yet, for want of memory, gets it the next time. */
static enum status make_row(struct log_append *append)
{
    struct log_row_head *head = &append->row.head;
    REQUIRE(!append->has_row);
    if (append->entries.size == 0) {
        *head = (struct log_row_head){.epoch = append->epoch, .format = LOG_ROW_FORMAT};
        if (!take_staged(append, &head->index, &head->count)) return STATUS_OUT_OF_MEMORY;
        head->time_ms = log_row_time(append->entries.bytes, append->entries.size);
        append->engine->methods->draw_batch(append->engine, head->batch);
    }
    head->durable = atomic_load(&append->durable);
    enum status err =
        log_row_close(&append->row, append->entries.bytes, append->entries.size,
                      append->engine->is_plain ? NULL : &append->packer, &append->body);
    if (err != STATUS_OK) return err;
    if (append->start == 0) append->start = head->index;
    append->has_row = true;
    append->step = APPEND_INSERT;
    append->first_sent_ns = 0;
    return STATUS_OK;
}

/* The lease begins with the first sending, however often the row was sent: whoever takes over waits
 * from when it saw the row, which may be one that was lost and came again. */
static void acknowledge(struct log_append *append)
{
    const struct log_row_head *head = &append->row.head;
    uint64_t last = head->index + head->count - 1;
    REQUIRE(append->has_row);
    REQUIRE(append->first_sent_ns != 0);
    REQUIRE(head->epoch == append->epoch);
    REQUIRE(last > atomic_load(&append->acknowledged));
    raise_to(&append->durable, last);
    atomic_store(&append->lease_ns, append->first_sent_ns);
    append->fresh_ns = append->first_sent_ns;
    atomic_store(&append->acknowledged, last);
    append->has_started = true;
    append->has_row = false;
    append->entries.size = 0;
}

/* --- What an answer means --------------------------------------------------------------------- */

static enum log_answer without_warning(enum log_answer answer)
{
    if (answer != LOG_WARNED) return answer;
    return log_rule_is_kept(LOG_RULE_WARNING) ? LOG_UNKNOWN : LOG_DONE;
}

static bool is_void(const struct log_append *append, const struct log_row_head *there)
{
    REQUIRE(there->index == append->row.head.index);
    REQUIRE(!append->is_deposed);
    if (there->epoch == append->epoch) return false;
    if (there->epoch > append->epoch) return !log_rule_is_kept(LOG_RULE_DEPOSED);
    return append->has_started || !log_rule_is_kept(LOG_RULE_BETWEEN);
}

/* Whoever has led since then has rows that are too young to be trimmed. */
static bool is_fresh(const struct log_append *append)
{
    REQUIRE(append->engine->fresh_ms > 0);
    return now_ns(append) - append->fresh_ns < append->engine->fresh_ms * NS_PER_MS;
}

static void after_insert(struct log_append *append, enum log_answer answer)
{
    if (answer == LOG_TAKEN && !log_rule_is_kept(LOG_RULE_FENCE)) answer = LOG_DONE;
    if (answer == LOG_DONE && is_fresh(append)) {
        acknowledge(append);
        return;
    }
    if (!log_rule_is_kept(LOG_RULE_SAME_ROW))
        append->engine->methods->draw_batch(append->engine, append->row.head.batch);
    append->step = APPEND_LOOK;
}

static void after_look(struct log_append *append, bool is_there, const struct log_row_head *there)
{
    if (!is_there) {
        append->step = APPEND_INSERT;
    } else if (memcmp(there->batch, append->row.head.batch, LOG_BATCH_BYTES) == 0) {
        append->step = APPEND_BARRIER;
        if (!log_rule_is_kept(LOG_RULE_BARRIER)) acknowledge(append);
    } else if (is_void(append, there)) {
        append->found = *there;
        append->step = APPEND_ERASE;
    } else {
        append->is_deposed = true;
    }
}

/* --- Steps ------------------------------------------------------------------------------------ */

static enum log_answer do_step(struct log_append *append, int64_t until_ns, bool *is_there,
                               struct log_row_head *there)
{
    struct log_engine *engine = append->engine;
    switch (append->step) {
    case APPEND_INSERT:
        return engine->methods->insert(engine, &append->row, until_ns);
    case APPEND_LOOK:
        return engine->methods->look(engine, append->row.head.index, until_ns, is_there, there);
    case APPEND_ERASE:
        return engine->methods->erase(engine, &append->found, until_ns);
    case APPEND_BARRIER:
        return engine->methods->barrier(engine, until_ns);
    }
    REQUIRE(false);
    return LOG_UNKNOWN;
}

/* @return False if the step is still under way. */
static bool take_step(struct log_append *append, int64_t until_ns)
{
    bool is_there = false;
    struct log_row_head there = {0};
    REQUIRE(append->has_row);
    if (append->first_sent_ns == 0) append->first_sent_ns = now_ns(append);
    enum log_answer answer = without_warning(do_step(append, until_ns, &is_there, &there));
    if (answer == LOG_NOT_YET) return false;
    switch (append->step) {
    case APPEND_INSERT:
        after_insert(append, answer);
        break;
    case APPEND_LOOK:
        if (answer == LOG_DONE) after_look(append, is_there, &there);
        break;
    case APPEND_ERASE:
        append->step = APPEND_LOOK;
        break;
    case APPEND_BARRIER:
        if (answer == LOG_DONE)
            acknowledge(append);
        else
            append->step = APPEND_LOOK;
        break;
    }
    return answer != LOG_UNKNOWN || now_ns(append) < until_ns;
}

static bool has_staged(struct log_append *append)
{
    pthread_mutex_lock(&append->stage_lock);
    bool has = append->staged.size > 0;
    pthread_mutex_unlock(&append->stage_lock);
    return has;
}

static uint64_t last_staged(struct log_append *append)
{
    pthread_mutex_lock(&append->stage_lock);
    uint64_t last = append->next == 0 ? 0 : append->next - 1;
    pthread_mutex_unlock(&append->stage_lock);
    return last;
}

static enum status flush_up_to(struct log_append *append, uint64_t last, int64_t until_ns)
{
    while (!append->is_deposed && atomic_load(&append->acknowledged) < last) {
        REQUIRE(append->has_row || append->entries.size > 0 || has_staged(append));
        if (!append->has_row && make_row(append) != STATUS_OK) return STATUS_NOT_YET;
        if (!take_step(append, until_ns)) return STATUS_NOT_YET;
    }
    return append->is_deposed ? STATUS_DEPOSED : STATUS_OK;
}

enum status log_append_flush(struct log_append *append, int64_t patience_ms)
{
    REQUIRE(patience_ms >= 0);
    pthread_mutex_lock(&append->flush_lock);
    REQUIRE(append->epoch != 0);
    int64_t until_ns = now_ns(append) + patience_ms * NS_PER_MS;
    enum status err = flush_up_to(append, last_staged(append), until_ns);
    pthread_mutex_unlock(&append->flush_lock);
    return err;
}
