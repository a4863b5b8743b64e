#include "log/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "log/plant.h"

enum { HEADS_MAX = 256, BODIES_BYTES_MAX = 8 << 20, NS_PER_MS = 1000000 };

bool log_reader_init(struct log_reader *reader, struct log_engine *engine)
{
    *reader = (struct log_reader){.engine = engine};
    reader->heads = calloc(HEADS_MAX, sizeof *reader->heads);
    return reader->heads != NULL;
}

void log_reader_deinit(struct log_reader *reader)
{
    free(reader->heads);
    log_bytes_free(&reader->room);
}

/* --- Which rows ------------------------------------------------------------------------------- */

/* One round: what the engine has after a place, and how much of it is taken. */
struct round {
    struct log_reader *reader;
    struct log_place place; /* of the last entry that was given on */
    bool to_end;
    size_t heads_count;
    const struct log_row_head *first; /* to be read: from this row */
    const struct log_row_head *last;  /* to this */
    bool has_gap;
    uint64_t missing; /* if it has */
    bool is_known;    /* the place is in the log, as far as it can be seen */
    bool has_later;   /* a row begins after the place */
    enum status (*visit)(void *context, const struct log_entry *entry);
    void *context;
    char *problem;
};

static uint64_t end_of(const struct log_row_head *head)
{
    return head->index + head->count - 1;
}

static bool is_void(const struct log_row_head *head, uint64_t epoch)
{
    return head->epoch < epoch && log_rule_is_kept(LOG_RULE_VOID);
}

static bool is_due(const struct round *round, const struct log_row_head *head)
{
    return round->to_end || head->index <= round->reader->durable ||
           !log_rule_is_kept(LOG_RULE_DURABLE);
}

static int64_t now_ns(const struct log_reader *reader)
{
    return reader->engine->methods->now_ns(reader->engine);
}

static void note_seen(const struct round *round, const struct log_row_head *head)
{
    struct log_reader *reader = round->reader;
    if (head->durable > reader->durable) reader->durable = head->durable;
    if (end_of(head) <= reader->seen.index && head->epoch <= reader->seen.epoch) return;
    reader->seen = (struct log_place){head->epoch, end_of(head)};
    atomic_store(&reader->seen_index, reader->seen.index);
    atomic_store(&reader->news_ns, now_ns(reader));
    if (!round->to_end) reader->heard_ns = now_ns(reader);
}

/* The valid rows after the place, one behind the other: what they say is acknowledged, and whether
 * one is missing. Marks those that are void by a count of 0. */
static void walk(struct round *round)
{
    REQUIRE(round->heads_count <= HEADS_MAX);
    struct log_place at = round->place;
    struct log_row_head *heads = round->reader->heads;
    for (size_t i = 0; i < round->heads_count; i++) {
        if (heads[i].index > round->place.index) round->has_later = true;
        if (is_void(&heads[i], at.epoch) || heads[i].count == 0) {
            heads[i].count = 0;
        } else if (heads[i].index <= round->place.index) {
            round->is_known = end_of(&heads[i]) >= round->place.index;
            if (round->is_known) note_seen(round, &heads[i]);
            if (end_of(&heads[i]) > at.index) at.index = end_of(&heads[i]);
        } else if (heads[i].index == at.index + 1) {
            if (heads[i].index == 1) round->is_known = true;
            note_seen(round, &heads[i]);
            at = (struct log_place){heads[i].epoch, end_of(&heads[i])};
        } else if (heads[i].index > at.index && log_rule_is_kept(LOG_RULE_DURABLE)) {
            round->has_gap = true;
            round->missing = at.index + 1;
            round->heads_count = i;
        } else if (heads[i].index <= at.index) {
            heads[i].count = 0;
        }
    }
}

static void choose(struct round *round)
{
    const struct log_row_head *heads = round->reader->heads;
    size_t bytes = 0;
    REQUIRE(round->first == NULL);
    REQUIRE(round->heads_count <= HEADS_MAX);
    for (size_t i = 0; i < round->heads_count && bytes < BODIES_BYTES_MAX; i++) {
        if (heads[i].count == 0 || end_of(&heads[i]) <= round->place.index) continue;
        if (!is_due(round, &heads[i])) break;
        if (round->first == NULL) round->first = &heads[i];
        round->last = &heads[i];
        bytes += heads[i].body_size;
    }
}

/* --- Their entries ---------------------------------------------------------------------------- */

/* Another row may have been put in the place of a void one since its head was read. */
static bool is_chosen(const struct round *round, const struct log_row_head *head)
{
    for (const struct log_row_head *chosen = round->first; chosen <= round->last; chosen++)
        if (chosen->index == head->index && chosen->count > 0)
            return memcmp(chosen->batch, head->batch, LOG_BATCH_BYTES) == 0;
    return false;
}

static enum status give(void *context, const struct log_entry *entry)
{
    struct round *round = context;
    if (entry->epoch > round->place.epoch && entry->kind != LOG_START) {
        snprintf(round->problem, LOG_PROBLEM_BYTES,
                 "the log's entry %" PRIu64 " is of epoch %" PRIu64 ", which no START began",
                 entry->index, entry->epoch);
        return STATUS_LOG_DAMAGED;
    }
    REQUIRE(entry->index > round->place.index);
    enum status err = round->visit(round->context, entry);
    if (err == STATUS_OK) round->place = (struct log_place){entry->epoch, entry->index};
    return err;
}

static enum status open_row(void *context, const struct log_row *row)
{
    struct round *round = context;
    REQUIRE(round->first != NULL);
    REQUIRE(round->first <= round->last);
    if (!is_chosen(round, &row->head)) return STATUS_OK;
    /* One before it was trimmed since: that is found in the next round. */
    if (row->head.index > round->place.index + 1 && log_rule_is_kept(LOG_RULE_DURABLE))
        return STATUS_OK;
    uint64_t last = UINT64_MAX;
    if (!round->to_end && log_rule_is_kept(LOG_RULE_DURABLE)) last = round->reader->durable;
    return log_row_visit(row, round->place.index, last, &round->reader->room, give, round,
                         round->problem);
}

/* --- What is not there ------------------------------------------------------------------------ */

static enum status complain(struct round *round, const char *what, uint64_t index)
{
    snprintf(round->problem, LOG_PROBLEM_BYTES, "the log %s %" PRIu64, what, index);
    return STATUS_LOG_DAMAGED;
}

/* The place is not in what was read: it is before the log's first entry, the host lags behind it,
 * or this replica's history is not the log's. */
static enum status check_place(struct round *round)
{
    uint64_t begin = 1;
    if (round->is_known) return STATUS_OK;
    struct log_engine *engine = round->reader->engine;
    enum status err = engine->methods->begin(engine, &begin, round->problem);
    if (err != STATUS_OK || round->place.index + 1 == begin) return err;
    if (round->place.index + 1 < begin)
        return complain(round, "was trimmed, begin with a backup: its first entry is", begin);
    if (round->has_later)
        return complain(round, "has another history than this replica, which has another entry",
                        round->place.index);
    if (round->to_end)
        return complain(round, "ends before this replica, which has more, up to",
                        round->place.index);
    return STATUS_OK;
}

static enum status check_gap(struct round *round)
{
    struct log_reader *reader = round->reader;
    if (!round->has_gap) reader->gap_ns = 0;
    if (!round->has_gap) return STATUS_OK;
    if (reader->gap_ns == 0) reader->gap_ns = now_ns(reader);
    if (now_ns(reader) - reader->gap_ns < (int64_t)LOG_GAP_MS_MAX * NS_PER_MS) return STATUS_OK;
    return complain(round, "has later entries, but not", round->missing);
}

/* A standby of a deposed primary is silent for good, and looks well. */
static void look_elsewhere_if_silent(struct log_reader *reader)
{
    int64_t at_ns = now_ns(reader);
    int64_t silence_ns = (int64_t)LOG_SILENCE_MS_MAX * NS_PER_MS;
    if (reader->asked_ns == 0) reader->asked_ns = at_ns;
    if (at_ns - reader->heard_ns < silence_ns) return;
    if (at_ns - reader->asked_ns < silence_ns) return;
    reader->asked_ns = at_ns;
    if (log_rule_is_kept(LOG_RULE_NEWS)) reader->engine->methods->read_elsewhere(reader->engine);
}

/* --- Rounds ----------------------------------------------------------------------------------- */

/* @param ret_is_end  Whether nothing more can be taken now. */
static enum status follow_round(struct round *round, bool *ret_is_end)
{
    struct log_engine *engine = round->reader->engine;
    enum status err =
        engine->methods->heads(engine, round->place, round->to_end, round->reader->heads, HEADS_MAX,
                               &round->heads_count, round->problem);
    if (err != STATUS_OK) return err;
    bool is_full = round->heads_count == HEADS_MAX;
    walk(round);
    choose(round);
    err = check_place(round);
    if (err == STATUS_OK && round->first == NULL) err = check_gap(round);
    *ret_is_end = round->first == NULL;
    if (err != STATUS_OK || round->first == NULL) return err;
    uint64_t before = round->place.index;
    bool is_all =
        !is_full && !round->has_gap && round->last == round->reader->heads + round->heads_count - 1;
    err = engine->methods->bodies(engine, round->first->index, round->last->index, open_row, round,
                                  round->problem);
    *ret_is_end = is_all || round->place.index == before;
    return err;
}

enum status log_reader_follow(struct log_reader *reader, struct log_place after, bool to_end,
                              enum status (*visit)(void *context, const struct log_entry *entry),
                              void *context, char ret_problem[LOG_PROBLEM_BYTES])
{
    REQUIRE(reader->heads != NULL);
    bool is_end = false;
    enum status err = STATUS_OK;
    struct log_place place = after;
    while (err == STATUS_OK && !is_end) {
        struct round round = {
            .reader = reader,
            .place = place,
            .to_end = to_end,
            .visit = visit,
            .context = context,
            .problem = ret_problem,
        };
        err = follow_round(&round, &is_end);
        place = round.place;
    }
    if (!to_end && place.index > after.index) reader->heard_ns = now_ns(reader);
    if (!to_end) look_elsewhere_if_silent(reader);
    return err;
}
