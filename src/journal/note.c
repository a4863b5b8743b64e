#include "journal/note.h"

#include <stddef.h>
#include <xxhash.h>

#include "journal/file.h"

static uint64_t note_checksum(const struct note *note)
{
    return XXH3_64bits(&note->epoch, sizeof *note - offsetof(struct note, epoch));
}

enum status note_read(int fd, uint64_t offset, struct note *ret_note)
{
    struct note note;
    enum status err = file_read(fd, &note, sizeof note, offset);
    if (err != STATUS_OK) return err;
    *ret_note = note.checksum == note_checksum(&note) ? note : (struct note){0};
    return STATUS_OK;
}

enum status note_write(int fd, uint64_t offset, struct note *note)
{
    note->checksum = note_checksum(note);
    return file_write(fd, note, sizeof *note, offset);
}
