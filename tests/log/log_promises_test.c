/* log_promises_test.c -- Who breaks a promise of the log is stopped before anything is appended. */
#include "base/require.h"
#include "tests/lib/broken_promise.h"
#include "tests/log/memory_world.h"

/* A log that is led. Each promise is broken in a fork, on a copy of this. */
static struct world *world;
static struct copy leader;

static struct log_entry next(void)
{
    return (struct log_entry){
        .kind = LOG_BATCH, .index = leader.place.index + 1, .epoch = leader.place.epoch};
}

static void stage(struct log_entry entry)
{
    log_stage(world_log(world, 0), &entry);
}

static void stage_a_gap(void)
{
    struct log_entry entry = next();
    entry.index++;
    stage(entry);
}

static void stage_of_another_epoch(void)
{
    struct log_entry entry = next();
    entry.epoch++;
    stage(entry);
}

static void stage_a_second_start(void)
{
    struct log_entry entry = next();
    entry.kind = LOG_START;
    stage(entry);
}

static void stage_what_no_start_began(void)
{
    uint64_t epoch;
    REQUIRE(log_lead(world_log(world, 0), "a test", &epoch) == STATUS_OK);
    struct log_entry entry = next();
    entry.epoch = epoch;
    stage(entry);
}

static void stage_a_note_with_a_batch(void)
{
    struct log_entry entry = next();
    entry.note = (const uint8_t *)"a";
    entry.note_size = 1;
    stage(entry);
}

static void stage_more_than_fits(void)
{
    struct log_entry entry = next();
    entry.redo_size = LOG_ENTRY_BYTES_MAX;
    stage(entry);
}

static void flush_without_an_epoch(void)
{
    log_flush(world_log(world, 1), 0);
}

static void wait_less_than_not_at_all(void)
{
    log_flush(world_log(world, 0), -1);
}

static const struct broken_promise promises[] = {
    {"an_entry_has_the_next_index", "append->next == 0 || entry->index == append->next",
     stage_a_gap},
    {"an_entry_has_the_claimed_epoch", "entry->epoch == append->epoch", stage_of_another_epoch},
    {"an_epoch_starts_once", "(entry->kind == LOG_START) == (append->next == 0)",
     stage_a_second_start},
    {"an_epoch_begins_with_a_start", "(entry->kind == LOG_START) == (append->next == 0)",
     stage_what_no_start_began},
    {"a_batch_has_no_note",
     "entry->note_size == 0 || entry->kind == LOG_START || entry->kind == LOG_HASH",
     stage_a_note_with_a_batch},
    {"an_entry_fits",
     "entry->redo_size <= LOG_ENTRY_BYTES_MAX - LOG_ENTRY_HEAD_BYTES - LOG_NOTE_BYTES_MAX",
     stage_more_than_fits},
    {"who_flushes_has_claimed_an_epoch", "append->epoch != 0", flush_without_an_epoch},
    {"patience_is_not_negative", "patience_ms >= 0", wait_less_than_not_at_all},
};
static int lead(void **state)
{
    void *made = NULL;
    (void)state;
    memory_world_set_up(&made);
    world = made;
    world_lead(world, 0, &leader);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    void *made = world;
    return memory_world_tear_down(&made);
}

int main(void)
{
    return broken_promises_run(promises, sizeof promises / sizeof promises[0], lead, leave);
}
