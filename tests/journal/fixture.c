#include "tests/journal/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"
#include "tests/lib/temp_folder.h"
#include "tests/sim/random.h"

enum status fixture_make_in(struct fixture *fixture, enum journal_room room)
{
    uint64_t state = 0;
    return journal_make(fixture->path, RING_BYTES, room, &state, sizeof state, &fixture->journal);
}

enum status fixture_make(struct fixture *fixture)
{
    return fixture_make_in(fixture, JOURNAL_ROOM_WRITTEN);
}

enum status fixture_open(struct fixture *fixture)
{
    fixture->problem[0] = '\0';
    return journal_open(fixture->path, fixture->problem, &fixture->journal);
}

void fixture_close(struct fixture *fixture)
{
    journal_close(fixture->journal);
    fixture->journal = NULL;
}

int fixture_set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    if (fixture == NULL) return -1;
    fixture->folder = temp_folder_make();
    fixture->path = temp_folder_join(fixture->folder, "journal");
    fixture->note_path = temp_folder_join(fixture->folder, "journal.flushed");
    *state = fixture;
    return fixture_make(fixture) == STATUS_OK && fixture_replay(fixture, 0) == 0 ? 0 : -1;
}

int fixture_tear_down(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    temp_folder_remove(fixture->folder);
    free(fixture->path);
    free(fixture->note_path);
    free(fixture);
    return 0;
}

/* --- Records ---------------------------------------------------------------------------------- */

static void fill(uint64_t number, uint8_t *bytes, size_t size)
{
    struct random random = random_make(number);
    random_fill(&random, bytes, size);
    for (size_t i = 0; i < size; i++)
        if (bytes[i] == 0) bytes[i] = 1;
}

void fixture_stage(struct fixture *fixture, uint64_t number, size_t size)
{
    uint8_t bytes[RING_BYTES];
    REQUIRE(size <= sizeof bytes);
    fill(number, bytes, size);
    struct journal_record *record = journal_record_begin(fixture->journal);
    assert_non_null(record);
    assert_true(journal_record_add(record, bytes, size / 2));
    assert_true(journal_record_add(record, bytes + size / 2, size - size / 2));
    assert_true(journal_fits(fixture->journal, record));
    journal_stage(fixture->journal, record);
}

bool fixture_is_record(uint64_t number, const uint8_t *bytes, size_t size)
{
    uint8_t wanted[RING_BYTES];
    if (size > sizeof wanted) return false;
    fill(number, wanted, size);
    return size == 0 || memcmp(bytes, wanted, size) == 0;
}

static enum status visit(void *context, const uint8_t *bytes, size_t size)
{
    uint64_t *next = context;
    assert_true(fixture_is_record(*next, bytes, size));
    ++*next;
    return STATUS_OK;
}

enum status fixture_try_replay(struct fixture *fixture, uint64_t first, uint64_t *ret_count)
{
    uint64_t next = first;
    fixture->problem[0] = '\0';
    enum status err = journal_replay(fixture->journal, visit, &next, fixture->problem);
    *ret_count = next - first;
    return err;
}

uint64_t fixture_replay(struct fixture *fixture, uint64_t first)
{
    uint64_t count;
    assert_int_equal(fixture_try_replay(fixture, first, &count), STATUS_OK);
    assert_int_equal(fixture_checkpoint(fixture, fixture_state(fixture)), STATUS_OK);
    return count;
}

uint64_t fixture_reopen(struct fixture *fixture, uint64_t first)
{
    fixture_close(fixture);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_non_null(fixture->journal);
    return fixture_replay(fixture, first);
}

/* --- Checkpoints ------------------------------------------------------------------------------ */

enum status fixture_checkpoint(struct fixture *fixture, uint64_t state)
{
    return journal_checkpoint(fixture->journal, journal_end(fixture->journal), &state, sizeof state,
                              false);
}

uint64_t fixture_state(const struct fixture *fixture)
{
    size_t size;
    uint64_t state;
    const void *bytes = journal_state(fixture->journal, &size);
    assert_int_equal(size, sizeof state);
    memcpy(&state, bytes, sizeof state);
    return state;
}

/* --- The file --------------------------------------------------------------------------------- */

void fixture_forget_note(const struct fixture *fixture)
{
    REQUIRE(unlink(fixture->note_path) == 0);
}

struct image fixture_read_image(const struct fixture *fixture)
{
    struct stat info;
    FILE *file = fopen(fixture->path, "r");
    REQUIRE(file != NULL && fstat(fileno(file), &info) == 0);
    struct image image = {malloc((size_t)info.st_size), (size_t)info.st_size};
    REQUIRE(image.bytes != NULL && fread(image.bytes, 1, image.size, file) == image.size);
    fclose(file);
    return image;
}

void fixture_write_image(const struct fixture *fixture, const struct image *image)
{
    FILE *file = fopen(fixture->path, "w");
    REQUIRE(file != NULL && fwrite(image->bytes, 1, image->size, file) == image->size);
    REQUIRE(fclose(file) == 0);
}
