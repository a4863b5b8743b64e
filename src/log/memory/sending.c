#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "log/memory/inside.h"

static int64_t now_ns(const struct memory_replica *replica)
{
    return replica->memory->now_ns(replica->memory->context);
}

/* An answer that comes after the deadline is not waited for. */
static void begin(struct memory_replica *replica, enum memory_operation operation,
                  int64_t duration_ns)
{
    const struct memory_times *times = &replica->memory->times;
    bool is_lost = replica->connection != replica->memory->failovers;
    replica->connection = replica->memory->failovers;
    replica->operation = operation;
    replica->answer = LOG_DONE;
    if (is_lost && operation == MEMORY_BARRIER) {
        replica->answer = LOG_UNKNOWN;
    } else if (replica->is_away) {
        replica->answer = LOG_UNKNOWN;
        duration_ns = times->deadline_ns;
    } else if (times->deadline_ns > 0 && duration_ns > times->deadline_ns) {
        replica->answer = LOG_UNKNOWN;
        duration_ns = times->deadline_ns;
    }
    replica->answers_ns = now_ns(replica) + duration_ns;
}

/* @return Whether it has ended, by an answer. */
static bool has_ended(struct memory_replica *replica)
{
    memory_log_step(replica->memory);
    if (now_ns(replica) < replica->answers_ns) return false;
    replica->operation = MEMORY_IDLE;
    return true;
}

static void forget_flight(const struct memory_replica *replica)
{
    for (struct memory_flight *flight = replica->memory->flights; flight; flight = flight->next)
        if (flight->from == replica) flight->from = NULL;
}

/* --- Inserts ---------------------------------------------------------------------------------- */

static enum memory_fault draw_fault(struct memory_replica *replica)
{
    struct memory_log *memory = replica->memory;
    if (replica->fault_inserts > 0) {
        replica->fault_inserts--;
        return replica->fault;
    }
    if (memory->per_mille == 0) return MEMORY_FAULT_NONE;
    if (memory_log_random(memory) % 1000 >= memory->per_mille) return MEMORY_FAULT_NONE;
    return (enum memory_fault)(1 + memory_log_random(memory) % MEMORY_FAULT_LATE);
}

static void set_answer_of_fault(struct memory_replica *replica, enum memory_fault fault)
{
    if (fault == MEMORY_FAULT_WARNING)
        replica->answer = LOG_WARNED;
    else if (fault != MEMORY_FAULT_NONE)
        replica->answer = LOG_UNKNOWN;
}

static void send_row(struct memory_replica *replica, const struct log_row *row,
                     enum memory_fault fault)
{
    const struct memory_times *times = &replica->memory->times;
    struct memory_flight *flight = calloc(1, sizeof *flight);
    struct memory_row *copy = memory_row_make(row);
    if (flight == NULL || copy == NULL) {
        free(flight);
        memory_row_free(copy);
        replica->answer = LOG_UNKNOWN;
        return;
    }
    flight->row = copy;
    flight->from = replica;
    flight->lands_ns =
        now_ns(replica) + (fault == MEMORY_FAULT_LATE ? times->late_ns : times->to_land_ns);
    flight->is_never_safe = fault == MEMORY_FAULT_WARNING || fault == MEMORY_FAULT_UNSAFE;
    struct memory_flight **end = &replica->memory->flights;
    while (*end != NULL)
        end = &(*end)->next;
    *end = flight;
}

static void begin_insert(struct memory_replica *replica, const struct log_row *row)
{
    const struct memory_times *times = &replica->memory->times;
    begin(replica, MEMORY_INSERT, times->to_land_ns + times->to_be_safe_ns + times->to_answer_ns);
    if (replica->is_away) return;
    enum memory_fault fault = draw_fault(replica);
    set_answer_of_fault(replica, fault);
    if (fault != MEMORY_FAULT_REQUEST_LOST) send_row(replica, row, fault);
}

enum log_answer memory_insert(struct log_engine *engine, const struct log_row *row,
                              int64_t until_ns)
{
    (void)until_ns;
    struct memory_replica *replica = (struct memory_replica *)engine;
    REQUIRE(replica->operation == MEMORY_IDLE || replica->operation == MEMORY_INSERT);
    memory_log_step(replica->memory);
    if (replica->operation == MEMORY_IDLE) begin_insert(replica, row);
    if (!has_ended(replica)) return LOG_NOT_YET;
    forget_flight(replica);
    return replica->answer;
}

/* --- The others ------------------------------------------------------------------------------- */

/* @return Whether the operation has ended. */
static bool go_on(struct memory_replica *replica, enum memory_operation operation,
                  int64_t duration_ns)
{
    REQUIRE(replica->operation == MEMORY_IDLE || replica->operation == operation);
    if (replica->operation == MEMORY_IDLE) begin(replica, operation, duration_ns);
    return has_ended(replica);
}

enum log_answer memory_look(struct log_engine *engine, uint64_t index, int64_t until_ns,
                            bool *ret_is_there, struct log_row_head *ret_head)
{
    (void)until_ns;
    struct memory_replica *replica = (struct memory_replica *)engine;
    const struct memory_times *times = &replica->memory->times;
    if (!go_on(replica, MEMORY_LOOK, times->to_land_ns + times->to_answer_ns)) return LOG_NOT_YET;
    if (replica->answer != LOG_DONE) return replica->answer;
    const struct memory_row *row = memory_rows_at(&replica->memory->rows, index);
    bool is_trimmed = index < replica->memory->begin;
    *ret_is_there = row != NULL || is_trimmed;
    if (is_trimmed)
        *ret_head = (struct log_row_head){.index = index, .epoch = LOG_EPOCH_TRIMMED};
    else if (row != NULL)
        *ret_head = row->row.head;
    return LOG_DONE;
}

enum log_answer memory_erase(struct log_engine *engine, const struct log_row_head *head,
                             int64_t until_ns)
{
    (void)until_ns;
    struct memory_replica *replica = (struct memory_replica *)engine;
    const struct memory_times *times = &replica->memory->times;
    if (!go_on(replica, MEMORY_ERASE, times->to_land_ns + times->to_answer_ns)) return LOG_NOT_YET;
    if (replica->answer != LOG_DONE) return replica->answer;
    struct memory_rows *rows = &replica->memory->rows;
    const struct memory_row *row = memory_rows_at(rows, head->index);
    if (row != NULL && row->row.head.epoch == head->epoch &&
        memcmp(row->row.head.batch, head->batch, sizeof head->batch) == 0)
        memory_rows_remove(rows, memory_rows_place(rows, head->index));
    return LOG_DONE;
}

enum log_answer memory_barrier(struct log_engine *engine, int64_t until_ns)
{
    (void)until_ns;
    struct memory_replica *replica = (struct memory_replica *)engine;
    const struct memory_times *times = &replica->memory->times;
    int64_t duration_ns = times->to_land_ns + times->to_be_safe_ns + times->to_answer_ns;
    if (!go_on(replica, MEMORY_BARRIER, duration_ns)) return LOG_NOT_YET;
    if (replica->answer == LOG_DONE)
        memory_log_make_safe(replica->memory, replica->memory->landings);
    return replica->answer;
}

void memory_abandon(struct log_engine *engine)
{
    struct memory_replica *replica = (struct memory_replica *)engine;
    replica->operation = MEMORY_IDLE;
    forget_flight(replica);
}
