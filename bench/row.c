#include "bench/row.h"

#include <stdio.h>

#include "base/require.h"

size_t row_contenders_count(const struct row *row)
{
    size_t count = 0;
    while (count < ROW_CONTENDERS_MAX && row->contenders[count] != NULL)
        count++;
    return count;
}

static void open_all(const struct row *row, struct stage *stage, struct row_result *result,
                     void **states)
{
    for (size_t i = 0; i < row_contenders_count(row); i++) {
        const struct contender *contender = row->contenders[i];
        result->records[i].outcome = contender->open(stage, contender, &states[i]);
        if (result->records[i].outcome == OUTCOME_FAILED)
            fprintf(stderr, "%s: %s failed\n", row->key, contender->name);
    }
}

static void measure_once(const struct row *row, struct stage *stage, struct row_result *result,
                         void **states)
{
    for (size_t i = 0; i < row_contenders_count(row); i++) {
        struct record *record = &result->records[i];
        if (record->outcome != OUTCOME_READY) continue;
        struct round *round = &record->rounds[record->rounds_count];
        REQUIRE(record->rounds_count < ROW_ROUNDS_MAX);
        if (row->contenders[i]->round(stage, states[i], round))
            record->rounds_count++;
        else
            record->outcome = OUTCOME_FAILED;
    }
}

static void close_all(const struct row *row, void **states)
{
    for (size_t i = 0; i < row_contenders_count(row); i++)
        if (states[i] != NULL) row->contenders[i]->close(states[i]);
}

static bool is_complete(const struct row *row, const struct row_result *result)
{
    for (size_t i = 0; i < row_contenders_count(row); i++)
        if (result->records[i].outcome == OUTCOME_FAILED) return false;
    return true;
}

void row_run(const struct row *row, struct stage *stage, struct row_result *result)
{
    void *states[ROW_CONTENDERS_MAX] = {NULL};
    open_all(row, stage, result, states);
    for (uint32_t round = 0; round < stage->options->scale.rounds; round++) {
        measure_once(row, stage, result, states);
        fputc('.', stderr);
    }
    close_all(row, states);
    if (!is_complete(row, result) || !shop_check(stage->shop)) result->is_complete = false;
}
