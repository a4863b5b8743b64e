/* file.h -- Whole reads and writes at a place of a file. For src/journal only. */
#ifndef JOURNAL_FILE_H
#define JOURNAL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/** Opens the file so that what is written is on disk when the write returns.
 * @param flags  Beside those of reading and writing: O_CREAT and the like.
 * @return The file, or -1 and errno. */
int file_open(const char *path, int flags);

/** Allocates the file, which reads as zeros.
 * @param fills  Writes them, too.
 * @return STATUS_OK; STATUS_STORAGE_FULL; STATUS_STORAGE_FAILED. */
enum status file_allocate(int fd, uint64_t bytes, bool fills);

/** @return STATUS_OK; STATUS_STORE_DAMAGED if it is shorter; STATUS_STORAGE_FAILED. */
enum status file_check_length(int fd, uint64_t bytes);

/** @return STATUS_OK; STATUS_STORAGE_FAILED, also if the file ends before. */
enum status file_read(int fd, void *bytes, size_t size, uint64_t offset);

/** @return STATUS_OK; STATUS_STORAGE_FAILED. */
enum status file_write(int fd, const void *bytes, size_t size, uint64_t offset);

#endif
