/* fixture.h -- A journal in a temporary folder for each test. */
#ifndef TESTS_JOURNAL_FIXTURE_H
#define TESTS_JOURNAL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "journal/journal.h"

enum { RING_BYTES = JOURNAL_RING_BYTES_MIN };

struct fixture {
    char *folder;
    char *path;      /* of the journal */
    char *note_path; /* of the note beside it */
    struct journal *journal;
    char problem[JOURNAL_PROBLEM_BYTES]; /* of what was opened or replayed last */
};

/** For cmocka: makes an empty journal with the state 0; removes it. */
int fixture_set_up(void **state);
int fixture_tear_down(void **state);

#define FIXTURE_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

/** Opens the journal, or makes one with the state 0. */
enum status fixture_open(struct fixture *fixture);
enum status fixture_make(struct fixture *fixture);
enum status fixture_make_in(struct fixture *fixture, enum journal_room room);
void fixture_close(struct fixture *fixture);

/** Stages the record with this number, whose bytes it tells; no byte of it is 0. */
void fixture_stage(struct fixture *fixture, uint64_t number, size_t size);

/** Whether the bytes are those of this record. */
bool fixture_is_record(uint64_t number, const uint8_t *bytes, size_t size);

/** Makes a checkpoint of all that is staged, with a number as its state. */
enum status fixture_checkpoint(struct fixture *fixture, uint64_t state);
uint64_t fixture_state(const struct fixture *fixture);

/** Replays without a checkpoint after it. The records must have the numbers from `first` on. */
enum status fixture_try_replay(struct fixture *fixture, uint64_t first, uint64_t *ret_count);

/** Replays; the records must have the numbers from `first` on.
 * @return How many there were. */
uint64_t fixture_replay(struct fixture *fixture, uint64_t first);

/** Closes, opens and replays. @return As fixture_replay. */
uint64_t fixture_reopen(struct fixture *fixture, uint64_t first);

/** Removes the note of what was flushed, as if a power cut had come before the system wrote it. */
void fixture_forget_note(const struct fixture *fixture);

/** The whole file, to be written back after a test has damaged it. */
struct image {
    uint8_t *bytes;
    size_t size;
};

struct image fixture_read_image(const struct fixture *fixture);
void fixture_write_image(const struct fixture *fixture, const struct image *image);

#endif
