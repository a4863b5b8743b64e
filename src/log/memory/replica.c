#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "log/memory/inside.h"

static enum status away(char problem[LOG_PROBLEM_BYTES])
{
    snprintf(problem, LOG_PROBLEM_BYTES, "the log in memory is away");
    return STATUS_LOG_AWAY;
}

static struct memory_replica *replica_of(struct log_engine *engine)
{
    struct memory_replica *replica = (struct memory_replica *)engine;
    memory_log_step(replica->memory);
    return replica;
}

/* --- Following -------------------------------------------------------------------------------- */

static size_t rows_seen(const struct memory_replica *replica, bool to_end)
{
    size_t count = replica->memory->rows.count;
    if (to_end) return count;
    return replica->lag < count ? count - replica->lag : 0;
}

static enum status heads(struct log_engine *engine, struct log_place after, bool to_end,
                         struct log_row_head *ret_heads, size_t max, size_t *ret_count,
                         char ret_problem[LOG_PROBLEM_BYTES])
{
    struct memory_replica *replica = replica_of(engine);
    if (replica->is_away) return away(ret_problem);
    const struct memory_rows *rows = &replica->memory->rows;
    size_t seen = rows_seen(replica, to_end), count = 0;
    size_t place = memory_rows_place(rows, after.index + 1);
    for (size_t i = place < seen ? place : seen; i > 0 && count == 0; i--)
        if (rows->rows[i - 1]->row.head.epoch == after.epoch)
            ret_heads[count++] = rows->rows[i - 1]->row.head;
    for (size_t i = place; i < seen && count < max; i++)
        ret_heads[count++] = rows->rows[i]->row.head;
    *ret_count = count;
    return STATUS_OK;
}

static enum status bodies(struct log_engine *engine, uint64_t first, uint64_t last,
                          enum status (*visit)(void *context, const struct log_row *row),
                          void *context, char ret_problem[LOG_PROBLEM_BYTES])
{
    struct memory_replica *replica = replica_of(engine);
    if (replica->is_away) return away(ret_problem);
    const struct memory_rows *rows = &replica->memory->rows;
    enum status err = STATUS_OK;
    for (size_t i = memory_rows_place(rows, first); i < rows->count && err == STATUS_OK; i++) {
        if (rows->rows[i]->row.head.index > last) break;
        err = visit(context, &rows->rows[i]->row);
    }
    return err;
}

static enum status begin(struct log_engine *engine, uint64_t *ret_index,
                         char ret_problem[LOG_PROBLEM_BYTES])
{
    struct memory_replica *replica = replica_of(engine);
    if (replica->is_away) return away(ret_problem);
    *ret_index = replica->memory->begin;
    return STATUS_OK;
}

static void read_elsewhere(struct log_engine *engine)
{
    replica_of(engine)->lag = 0;
}

/* --- The rest --------------------------------------------------------------------------------- */

static enum status claim(struct log_engine *engine, const char *holder, uint64_t *ret_epoch)
{
    REQUIRE(holder != NULL);
    struct memory_replica *replica = replica_of(engine);
    if (replica->is_away) return STATUS_LOG_AWAY;
    *ret_epoch = ++replica->memory->epoch;
    return STATUS_OK;
}

static enum status check(struct log_engine *engine, bool to_lead,
                         char ret_problem[LOG_PROBLEM_BYTES])
{
    struct memory_replica *replica = replica_of(engine);
    struct memory_log *memory = replica->memory;
    if (replica->is_away) return away(ret_problem);
    if (memcmp(memory->shop, replica->shop, sizeof memory->shop) != 0) {
        snprintf(ret_problem, LOG_PROBLEM_BYTES, "the log is that of another shop");
        return STATUS_LOG_UNFIT;
    }
    if (!to_lead || memory->unfit == NULL) return STATUS_OK;
    snprintf(ret_problem, LOG_PROBLEM_BYTES, "%s", memory->unfit);
    return STATUS_LOG_UNFIT;
}

/* --- What is kept ----------------------------------------------------------------------------- */

static enum status report(struct log_engine *engine, const char *node, uint64_t index)
{
    struct memory_replica *replica = replica_of(engine);
    struct memory_log *memory = replica->memory;
    size_t i = 0;
    REQUIRE(strlen(node) < sizeof memory->reports[0].node);
    if (replica->is_away) return STATUS_LOG_AWAY;
    while (i < memory->reports_count && strcmp(memory->reports[i].node, node) != 0)
        i++;
    REQUIRE(i < MEMORY_REPORTS_MAX);
    if (i == memory->reports_count) strcpy(memory->reports[memory->reports_count++].node, node);
    memory->reports[i].index = index;
    memory->reports[i].at_ns = memory->now_ns(memory->context);
    return STATUS_OK;
}

static enum status needed(struct log_engine *engine, int64_t silent_ms, uint64_t *ret_index)
{
    struct memory_replica *replica = replica_of(engine);
    const struct memory_log *memory = replica->memory;
    if (replica->is_away) return STATUS_LOG_AWAY;
    *ret_index = 0;
    for (size_t i = 0; i < memory->reports_count; i++) {
        const struct memory_report *is = &memory->reports[i];
        if (memory->now_ns(memory->context) - is->at_ns >= silent_ms * 1000000) continue;
        if (*ret_index == 0 || is->index < *ret_index) *ret_index = is->index;
    }
    return STATUS_OK;
}

static enum status oldest(struct log_engine *engine, struct log_row_head *ret_heads, size_t max,
                          size_t *ret_count, uint64_t *ret_begin)
{
    struct memory_replica *replica = replica_of(engine);
    const struct memory_rows *rows = &replica->memory->rows;
    if (replica->is_away) return STATUS_LOG_AWAY;
    *ret_begin = replica->memory->begin;
    *ret_count = 0;
    size_t first = memory_rows_place(rows, *ret_begin);
    for (size_t i = first; i < rows->count && *ret_count < max; i++)
        ret_heads[(*ret_count)++] = rows->rows[i]->row.head;
    return STATUS_OK;
}

static enum status trim(struct log_engine *engine, uint64_t begin)
{
    struct memory_replica *replica = replica_of(engine);
    struct memory_log *memory = replica->memory;
    if (replica->is_away) return STATUS_LOG_AWAY;
    memory->begin = begin;
    while (memory->rows.count > 0 && memory->rows.rows[0]->row.head.index < begin) {
        struct memory_row *kept = memory_row_make(&memory->rows.rows[0]->row);
        REQUIRE(kept != NULL);
        bool is_ghost = memory_rows_at(&memory->trimmed, kept->row.head.index) != NULL;
        REQUIRE(memory_rows_reserve(&memory->trimmed));
        kept->is_safe = true;
        if (is_ghost)
            memory_row_free(kept);
        else
            memory_rows_add(&memory->trimmed, kept);
        memory_rows_remove(&memory->rows, 0);
    }
    return STATUS_OK;
}

static int64_t now_ns(struct log_engine *engine)
{
    struct memory_log *memory = ((struct memory_replica *)engine)->memory;
    return memory->now_ns(memory->context);
}

static void draw_batch(struct log_engine *engine, uint8_t ret_batch[LOG_BATCH_BYTES])
{
    struct memory_log *memory = ((struct memory_replica *)engine)->memory;
    uint64_t number = ++memory->batches;
    memset(ret_batch, 0, LOG_BATCH_BYTES);
    memcpy(ret_batch, &number, sizeof number);
}

static void close_replica(struct log_engine *engine)
{
    struct memory_replica *replica = (struct memory_replica *)engine;
    memory_abandon(engine);
    struct memory_replica **at = &replica->memory->replicas;
    while (*at != replica)
        at = &(*at)->next;
    *at = replica->next;
    free(replica);
}

const struct log_engine_methods memory_methods = {
    .insert = memory_insert,
    .look = memory_look,
    .erase = memory_erase,
    .barrier = memory_barrier,
    .abandon = memory_abandon,
    .heads = heads,
    .bodies = bodies,
    .begin = begin,
    .read_elsewhere = read_elsewhere,
    .claim = claim,
    .check = check,
    .report = report,
    .needed = needed,
    .oldest = oldest,
    .trim = trim,
    .now_ns = now_ns,
    .draw_batch = draw_batch,
    .close = close_replica,
};
