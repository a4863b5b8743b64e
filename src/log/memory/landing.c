#include <stdlib.h>

#include "base/require.h"
#include "log/memory/inside.h"

void memory_log_make_safe(struct memory_log *memory, uint64_t landing)
{
    for (size_t i = 0; i < memory->rows.count; i++)
        if (memory->rows.rows[i]->landing <= landing) memory->rows.rows[i]->is_safe = true;
}

static void make_due_safe(struct memory_log *memory, int64_t now_ns)
{
    uint64_t landing = 0;
    for (size_t i = memory->rows.count; i > 0; i--) {
        const struct memory_row *row = memory->rows.rows[i - 1];
        if (!row->is_safe && row->safe_ns <= now_ns && row->landing > landing)
            landing = row->landing;
    }
    if (landing > 0) memory_log_make_safe(memory, landing);
}

static void answer(struct memory_flight *flight, enum log_answer answer)
{
    if (flight->from != NULL && flight->from->answer == LOG_DONE) flight->from->answer = answer;
}

static void land(struct memory_log *memory, struct memory_flight *flight)
{
    struct memory_row *row = flight->row;
    if (memory_rows_at(&memory->rows, row->row.head.index) != NULL) {
        answer(flight, LOG_TAKEN);
        memory_row_free(row);
    } else if (!memory_rows_reserve(&memory->rows)) {
        answer(flight, LOG_UNKNOWN);
        memory_row_free(row);
    } else {
        row->landing = ++memory->landings;
        row->safe_ns =
            flight->is_never_safe ? INT64_MAX : flight->lands_ns + memory->times.to_be_safe_ns;
        memory_rows_add(&memory->rows, row);
    }
    free(flight);
}

/* The one that lands first of those that are due. */
static struct memory_flight *take_due(struct memory_log *memory, int64_t now_ns)
{
    struct memory_flight **first = NULL;
    for (struct memory_flight **at = &memory->flights; *at != NULL; at = &(*at)->next)
        if ((*at)->lands_ns <= now_ns && (first == NULL || (*at)->lands_ns < (*first)->lands_ns))
            first = at;
    if (first == NULL) return NULL;
    struct memory_flight *flight = *first;
    *first = flight->next;
    return flight;
}

void memory_log_step(struct memory_log *memory)
{
    int64_t now_ns = memory->now_ns(memory->context);
    struct memory_flight *flight;
    while ((flight = take_due(memory, now_ns)) != NULL) {
        make_due_safe(memory, flight->lands_ns);
        land(memory, flight);
    }
    make_due_safe(memory, now_ns);
}

int64_t memory_log_next_ns(struct memory_log *memory)
{
    int64_t next_ns = INT64_MAX;
    for (const struct memory_flight *flight = memory->flights; flight; flight = flight->next)
        if (flight->lands_ns < next_ns) next_ns = flight->lands_ns;
    for (const struct memory_replica *replica = memory->replicas; replica; replica = replica->next)
        if (replica->operation != MEMORY_IDLE && replica->answers_ns < next_ns)
            next_ns = replica->answers_ns;
    return next_ns;
}

void memory_log_fail_over(struct memory_log *memory)
{
    memory_log_step(memory);
    for (struct memory_flight *next, *flight = memory->flights; flight != NULL; flight = next) {
        next = flight->next;
        memory_row_free(flight->row);
        free(flight);
    }
    memory->flights = NULL;
    memory->failovers++;
    for (size_t i = memory->rows.count; i > 0; i--)
        if (!memory->rows.rows[i - 1]->is_safe) memory_rows_remove(&memory->rows, i - 1);
    for (struct memory_replica *replica = memory->replicas; replica; replica = replica->next)
        replica->answer = LOG_UNKNOWN;
}
