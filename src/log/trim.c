#include "log/trim.h"

#include "base/require.h"

/* Where the log is to begin: behind rows that are valid, follow one another, and are below. What is
 * void between them goes with them. */
static uint64_t choose_begin(const struct log_row_head *heads, size_t count, uint64_t begin,
                             uint64_t below_index, unix_ms before_ms, size_t *ret_rows)
{
    uint64_t epoch = 0, next = begin;
    REQUIRE(count <= LOG_TRIM_ROWS);
    *ret_rows = 0;
    for (size_t i = 0; i < count && heads[i].index <= next; i++) {
        if (heads[i].index < next || heads[i].epoch < epoch) continue;
        uint64_t end = heads[i].index + heads[i].count;
        if (end > below_index || heads[i].time_ms >= before_ms) break;
        next = end;
        epoch = heads[i].epoch;
        ++*ret_rows;
    }
    return next;
}

enum status log_trim_front(struct log_engine *engine, uint64_t below_index, unix_ms before_ms,
                           size_t *ret_rows)
{
    struct log_row_head heads[LOG_TRIM_ROWS];
    size_t count = 0;
    uint64_t begin = 0;
    REQUIRE(engine->methods->oldest != NULL);
    *ret_rows = 0;
    enum status err = engine->methods->oldest(engine, heads, LOG_TRIM_ROWS, &count, &begin);
    if (err != STATUS_OK || begin >= below_index) return err;
    uint64_t next = choose_begin(heads, count, begin, below_index, before_ms, ret_rows);
    REQUIRE(next <= below_index);
    return next == begin ? STATUS_OK : engine->methods->trim(engine, next);
}
