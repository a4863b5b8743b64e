/* journal.c -- Damage to a journal that a kill left behind, and to the note beside it: three bytes
 * of a place, one of a length, and as many bytes that lie there now; again and again. The journal
 * is refused, or gives back its first records as they were made, and works on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "journal/journal.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/temp_folder.h"

enum { RECORDS = 6, RECORD_BYTES = 300, HEAD_BYTES = 4, IMAGE_BYTES_MAX = 1 << 20 };

/* A file, and what it is to hold. */
struct image {
    char *path;
    uint8_t bytes[IMAGE_BYTES_MAX];
    size_t size;
};

static char *folder;

/* Records from 0 on, each of another size; the last one is the one after the damage. */
static size_t fill(uint8_t number, uint8_t bytes[RECORD_BYTES])
{
    size_t size = (size_t)RECORD_BYTES / (RECORDS + 1) * (number + 1u);
    memset(bytes, number + 1, size);
    return size;
}

static void add(struct journal *journal, uint8_t number)
{
    uint8_t bytes[RECORD_BYTES];
    size_t size = fill(number, bytes);
    struct journal_record *record = journal_record_begin(journal);
    REQUIRE(record != NULL);
    REQUIRE(journal_record_add(record, bytes, size));
    REQUIRE(journal_fits(journal, record));
    journal_stage(journal, record);
}

struct replay {
    size_t first; /* number of the record that is to come next */
    size_t count;
};

static enum status visit(void *context, const uint8_t *bytes, size_t size)
{
    struct replay *replay = context;
    uint8_t wanted[RECORD_BYTES];
    size_t number = replay->first + replay->count++;
    REQUIRE(number <= RECORDS);
    REQUIRE(size == fill((uint8_t)number, wanted));
    REQUIRE(memcmp(bytes, wanted, size) == 0);
    return STATUS_OK;
}

static enum status replay(struct journal *journal, size_t first, size_t *ret_count)
{
    char problem[JOURNAL_PROBLEM_BYTES];
    struct replay replay = {.first = first};
    enum status err = journal_replay(journal, visit, &replay, problem);
    if (err == STATUS_OK) err = journal_checkpoint(journal, journal_end(journal), "2", 1, false);
    *ret_count = replay.count;
    return err;
}

static void read_image(struct image *image, const char *name)
{
    image->path = temp_folder_join(folder, name);
    FILE *file = fopen(image->path, "re");
    REQUIRE(file != NULL);
    image->size = fread(image->bytes, 1, sizeof image->bytes, file);
    REQUIRE(image->size < sizeof image->bytes);
    fclose(file);
}

static void write_image(const struct image *image)
{
    FILE *file = fopen(image->path, "we");
    REQUIRE(file != NULL);
    REQUIRE(fwrite(image->bytes, 1, image->size, file) == image->size);
    REQUIRE(fclose(file) == 0);
}

static void remove_folder(void)
{
    temp_folder_remove(folder);
}

/* As a kill leaves it: all records behind the last checkpoint, in flushes of one and of two. */
static void make_images(struct image *journal_image, struct image *note_image)
{
    struct journal *journal;
    size_t count;
    folder = temp_folder_make();
    atexit(remove_folder);
    char *path = temp_folder_join(folder, "journal");
    REQUIRE(journal_make(path, JOURNAL_RING_BYTES_MIN, JOURNAL_ROOM_WRITTEN, "1", 1, &journal) ==
            STATUS_OK);
    REQUIRE(replay(journal, 0, &count) == STATUS_OK);
    for (uint8_t i = 0; i < RECORDS; i++) {
        add(journal, i);
        if (i != 4) REQUIRE(journal_flush(journal) == STATUS_OK);
    }
    journal_close(journal);
    free(path);
    read_image(journal_image, "journal");
    read_image(note_image, "journal.flushed");
}

/* Places behind the journal are in the note. @return Where the damage ends. */
static const uint8_t *damage_one(struct image *journal, struct image *note, const uint8_t *bytes,
                                 size_t size)
{
    size_t at = (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16;
    at %= journal->size + note->size;
    struct image *image = at < journal->size ? journal : note;
    if (image == note) at -= journal->size;
    size_t length = bytes[3];
    if (length > size - HEAD_BYTES) length = size - HEAD_BYTES;
    if (length > image->size - at) length = image->size - at;
    memcpy(image->bytes + at, bytes + HEAD_BYTES, length);
    return bytes + HEAD_BYTES + length;
}

static void work_on(const char *path, struct journal *journal)
{
    char problem[JOURNAL_PROBLEM_BYTES];
    size_t again;
    add(journal, RECORDS);
    REQUIRE(journal_flush(journal) == STATUS_OK);
    journal_close(journal);
    REQUIRE(journal_open(path, problem, &journal) == STATUS_OK);
    REQUIRE(replay(journal, RECORDS, &again) == STATUS_OK);
    REQUIRE(again == 1);
    journal_close(journal);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct image whole_journal, whole_note, journal_image, note_image;
    if (folder == NULL) make_images(&whole_journal, &whole_note);
    journal_image = whole_journal;
    note_image = whole_note;
    const uint8_t *end = bytes + size;
    for (const uint8_t *at = bytes; end - at > HEAD_BYTES;)
        at = damage_one(&journal_image, &note_image, at, (size_t)(end - at));
    write_image(&journal_image);
    write_image(&note_image);

    char problem[JOURNAL_PROBLEM_BYTES];
    struct journal *journal = NULL;
    size_t count = 0;
    enum status err = journal_open(journal_image.path, problem, &journal);
    REQUIRE(err != STATUS_OK || journal != NULL);
    if (err == STATUS_OK) err = replay(journal, 0, &count);
    if (size == 0) REQUIRE(count == RECORDS);
    if (err == STATUS_OK)
        work_on(journal_image.path, journal);
    else
        journal_close(journal);
    REQUIRE(err == STATUS_OK || err == STATUS_STORE_DAMAGED);
    return 0;
}
