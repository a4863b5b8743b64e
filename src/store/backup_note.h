/* backup_note.h -- What is known of a backup beside its data.mdb: its SHA-256, in a file that
 * sha256sum writes and checks, and the number of the last event in it. */
#ifndef STORE_BACKUP_NOTE_H
#define STORE_BACKUP_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

enum { SHA256_TEXT_BYTES = 65 };

/** The file of the note, beside data.mdb. */
#define BACKUP_NOTE_NAME "data.mdb.sha256"

struct backup_note {
    char sha256[SHA256_TEXT_BYTES]; /* of data.mdb, in hex digits */
    uint64_t last_event;            /* 0: there is none */
};

/** Reads the data file of a new backup, and writes and flushes the note. Both files get mode 0600.
 * @param folder    Of the backup. Nobody else may use it meanwhile.
 * @param ret_note  Set on STATUS_OK only.
 * @return STATUS_OK; STATUS_STORAGE_FULL; STATUS_STORAGE_FAILED. */
enum status backup_note_make(const char *folder, struct backup_note *ret_note);

enum backup_note_outcome { BACKUP_NOTE_AGREES, BACKUP_NOTE_IS_MISSING, BACKUP_NOTE_DIFFERS };

/** Compares a data file with the note in a folder.
 * @param file  Of the backup itself, or a copy of it. */
enum backup_note_outcome backup_note_check(const char *folder, const char *file);

#endif
