/* journal_promises_test.c -- Who breaks a promise of the journal is stopped before a byte of it is
 * written. */
#include "base/require.h"
#include "journal/file.h"
#include "journal/inside.h"
#include "journal/note.h"
#include "tests/journal/fixture.h"
#include "tests/lib/broken_promise.h"

enum { SIZE = 100 };

/* A journal that has been replayed. Each promise is broken in a fork, on a copy of this. */
static struct fixture *fixture;

static struct journal *journal_of_test(void)
{
    return fixture->journal;
}

static struct journal_record *record_make(void)
{
    uint8_t bytes[SIZE] = {1};
    struct journal_record *record = journal_record_begin(journal_of_test());
    REQUIRE(record != NULL);
    REQUIRE(journal_record_add(record, bytes, sizeof bytes));
    return record;
}

static struct journal_record *stage(void)
{
    struct journal_record *record = record_make();
    journal_stage(journal_of_test(), record);
    return record;
}

/* --- Records ---------------------------------------------------------------------------------- */

static void stage_what_another_follows(void)
{
    struct journal_record *record = stage();
    stage();
    journal_stage(journal_of_test(), record);
}

static void stage_before_the_replay(void)
{
    journal_of_test()->epoch = 0;
    stage();
}

static void stage_without_room_for_a_head(void)
{
    struct journal_record *record = record_make();
    record->size = sizeof(struct record_head) - 1;
    journal_stage(journal_of_test(), record);
}

static void stage_more_than_fits(void)
{
    struct journal_record *record = record_make();
    journal_of_test()->end.position += RING_BYTES;
    journal_stage(journal_of_test(), record);
}

static void drop_twice(void)
{
    struct journal_record *record = record_make();
    journal_record_drop(journal_of_test(), record);
    journal_record_drop(journal_of_test(), record);
}

static void add_to_more_than_there_is_room_for(void)
{
    struct journal_record *record = record_make();
    record->size = record->capacity + 1;
    journal_record_add(record, "", 1);
}

/* --- Flushes ---------------------------------------------------------------------------------- */

static void flush_a_list_of_another_size(void)
{
    stage();
    stage();
    journal_of_test()->staged.size++;
    journal_flush(journal_of_test());
}

static void flush_what_has_another_size_in_its_head(void)
{
    stage()->size--;
    journal_flush(journal_of_test());
}

static void flush_what_is_on_disk_already(void)
{
    stage();
    journal_of_test()->flushed += 2;
    journal_flush(journal_of_test());
}

static void note_that_nothing_was_flushed(void)
{
    note_write(journal_of_test()->note_fd, (struct note){.epoch = 1});
}

/* --- The ring and its checkpoints ------------------------------------------------------------- */

static void read_more_than_the_ring_has(void)
{
    static uint8_t bytes[RING_BYTES + 1];
    ring_read(journal_of_test(), bytes, sizeof bytes, 0);
}

static void write_into_an_old_ring(void)
{
    uint8_t byte = 0;
    journal_of_test()->is_old = true;
    ring_write(journal_of_test(), &byte, 1, 0);
}

static void use_more_than_the_ring_has(void)
{
    journal_of_test()->end.position += RING_BYTES + 1;
    journal_fits(journal_of_test(), record_make());
}

static void come_to_an_end_before_what_is_kept(void)
{
    journal_of_test()->kept_position = journal_end(journal_of_test()).position + 1;
    journal_used_bytes(journal_of_test());
}

static void go_back_with_a_checkpoint(void)
{
    struct journal_mark mark = journal_end(journal_of_test());
    stage();
    fixture_checkpoint(fixture, 1);
    journal_checkpoint(journal_of_test(), mark, "1", 1, false);
}

static void make_a_checkpoint_of_its_own_state(void)
{
    size_t size;
    const void *state = journal_state(journal_of_test(), &size);
    journal_checkpoint(journal_of_test(), journal_end(journal_of_test()), state, size, false);
}

static void write_a_checkpoint_without_a_number(void)
{
    journal_of_test()->slot.checkpoint.number = 0;
    slot_write(journal_of_test()->fd, &journal_of_test()->slot);
}

static enum status visit_none(void *context, const uint8_t *bytes, size_t size)
{
    (void)context;
    (void)bytes;
    (void)size;
    return STATUS_OK;
}

static void replay_twice(void)
{
    journal_replay(journal_of_test(), visit_none, NULL, fixture->problem);
}

static void read_a_file_that_is_not_open(void)
{
    uint8_t byte;
    file_read(-1, &byte, 1, 0);
}

static const struct broken_promise promises[] = {
    {"a_record_that_another_follows_is_not_staged", "record->next == NULL",
     stage_what_another_follows},
    {"nothing_is_staged_before_the_replay", "journal->epoch != 0", stage_before_the_replay},
    {"a_record_without_a_head_is_not_staged", "record->size >= sizeof(struct record_head)",
     stage_without_room_for_a_head},
    {"a_record_that_does_not_fit_is_not_staged", "journal_fits(journal, record)",
     stage_more_than_fits},
    {"a_record_is_not_dropped_twice", "record != journal->idle", drop_twice},
    {"a_record_is_not_larger_than_its_memory", "record->size <= record->capacity",
     add_to_more_than_there_is_room_for},
    {"records_are_as_large_as_their_list_says", "size == records->size",
     flush_a_list_of_another_size},
    {"a_record_is_as_large_as_its_head_says", "head.size + sizeof head == record->size",
     flush_what_has_another_size_in_its_head},
    {"what_is_on_disk_is_not_flushed_again", "head.sequence >= flushed",
     flush_what_is_on_disk_already},
    {"an_old_journal_is_not_written", "!journal->is_old", write_into_an_old_ring},
    {"a_note_tells_of_a_flush", "note.flushed != 0", note_that_nothing_was_flushed},
    {"no_more_is_read_than_the_ring_has", "size <= journal->slot.checkpoint.ring_bytes",
     read_more_than_the_ring_has},
    {"no_more_is_used_than_the_ring_has", "used_bytes <= journal_ring_bytes(journal)",
     use_more_than_the_ring_has},
    {"the_end_is_not_before_what_is_kept", "journal->end.position >= kept_position",
     come_to_an_end_before_what_is_kept},
    {"a_checkpoint_does_not_go_back", "mark.position >= newest->mark.position",
     go_back_with_a_checkpoint},
    {"a_checkpoint_is_not_of_the_state_before", "state != newest->state",
     make_a_checkpoint_of_its_own_state},
    {"a_checkpoint_has_a_number", "checkpoint->number >= 1", write_a_checkpoint_without_a_number},
    {"a_journal_is_not_replayed_twice", "journal->epoch == 0", replay_twice},
    {"a_file_that_is_not_open_is_not_read", "fd >= 0", read_a_file_that_is_not_open},
};

static int open_journal(void **state)
{
    void *opened = NULL;
    int rc = fixture_set_up(&opened);
    (void)state;
    fixture = opened;
    return rc;
}

static int close_journal(void **state)
{
    void *opened = fixture;
    (void)state;
    return fixture_tear_down(&opened);
}

int main(void)
{
    return broken_promises_run(promises, sizeof promises / sizeof promises[0], open_journal,
                               close_journal);
}
