#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "log/memory/inside.h"

enum { FRESH_MS = 1000 };

struct memory_log *memory_log_make(const uint8_t shop[LOG_SHOP_BYTES], uint64_t first_index,
                                   int64_t (*now_ns)(void *context), void *context)
{
    REQUIRE(first_index >= 1);
    struct memory_log *memory = calloc(1, sizeof *memory);
    if (memory == NULL) return NULL;
    memcpy(memory->shop, shop, sizeof memory->shop);
    memory->begin = first_index;
    memory->first = first_index;
    memory->now_ns = now_ns;
    memory->context = context;
    memory->random = 1;
    return memory;
}

void memory_log_free(struct memory_log *memory)
{
    if (memory == NULL) return;
    REQUIRE(memory->replicas == NULL);
    for (struct memory_flight *next, *flight = memory->flights; flight != NULL; flight = next) {
        next = flight->next;
        memory_row_free(flight->row);
        free(flight);
    }
    memory_rows_free(&memory->rows);
    memory_rows_free(&memory->trimmed);
    free(memory);
}

struct log *memory_log_open(struct memory_log *memory, const uint8_t shop[LOG_SHOP_BYTES])
{
    struct memory_replica *replica = calloc(1, sizeof *replica);
    if (replica == NULL) return NULL;
    replica->engine.methods = &memory_methods;
    replica->engine.fresh_ms = FRESH_MS;
    replica->memory = memory;
    memcpy(replica->shop, shop, sizeof replica->shop);
    replica->log = log_make(&replica->engine);
    if (replica->log == NULL) {
        free(replica);
        return NULL;
    }
    replica->next = memory->replicas;
    memory->replicas = replica;
    return replica->log;
}

/* --- Faults ----------------------------------------------------------------------------------- */

static struct memory_replica *replica_of(struct log *log)
{
    struct memory_replica *replica = (struct memory_replica *)log_engine_of(log);
    REQUIRE(replica->engine.methods == &memory_methods);
    return replica;
}

void memory_log_set_times(struct memory_log *memory, struct memory_times times)
{
    REQUIRE(times.to_land_ns >= 0);
    REQUIRE(times.to_be_safe_ns >= 0);
    REQUIRE(times.to_answer_ns >= 0);
    memory->times = times;
}

void memory_log_seed(struct memory_log *memory, uint64_t seed, unsigned per_mille)
{
    REQUIRE(per_mille <= 1000);
    memory->random = seed * 2 + 1;
    memory->per_mille = per_mille;
}

uint64_t memory_log_random(struct memory_log *memory)
{
    memory->random += 0x9e3779b97f4a7c15u;
    uint64_t z = memory->random;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void memory_log_plan(struct log *log, enum memory_fault fault, unsigned inserts)
{
    struct memory_replica *replica = replica_of(log);
    replica->fault = fault;
    replica->fault_inserts = inserts;
}

void memory_log_set_away(struct log *log, bool is_away)
{
    replica_of(log)->is_away = is_away;
}

void memory_log_set_lag(struct log *log, size_t rows)
{
    replica_of(log)->lag = rows;
}

void memory_log_set_unfit(struct memory_log *memory, const char *problem)
{
    memory->unfit = problem;
}

/* --- Rows ------------------------------------------------------------------------------------- */

size_t memory_log_rows(const struct memory_log *memory)
{
    return memory->rows.count;
}

struct log_row *memory_log_row(struct memory_log *memory, size_t at)
{
    REQUIRE(at < memory->rows.count);
    return &memory->rows.rows[at]->row;
}

bool memory_log_put(struct memory_log *memory, const struct log_row *row)
{
    if (!memory_rows_reserve(&memory->rows)) return false;
    struct memory_row *copy = memory_row_make(row);
    if (copy == NULL) return false;
    copy->landing = ++memory->landings;
    copy->is_safe = true;
    memory_rows_add(&memory->rows, copy);
    return true;
}

void memory_log_remove(struct memory_log *memory, size_t at)
{
    memory_rows_remove(&memory->rows, at);
}

size_t memory_log_put_back(struct memory_log *memory)
{
    size_t count = 0;
    while (memory->trimmed.count > 0) {
        struct memory_row *row = memory->trimmed.rows[0];
        uint64_t index = row->row.head.index;
        if (memory_rows_at(&memory->rows, index) != NULL) /* it landed late */
            memory_rows_remove(&memory->rows, memory_rows_place(&memory->rows, index));
        REQUIRE(memory_log_put(memory, &row->row));
        memory_rows_remove(&memory->trimmed, 0);
        count++;
    }
    memory->begin = memory->first;
    return count;
}
