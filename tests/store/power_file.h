/* power_file.h -- What the disk has of a file, and what was only written. For power.c. */
#ifndef TESTS_STORE_POWER_FILE_H
#define TESTS_STORE_POWER_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tests/sim/random.h"

enum { SECTOR_BYTES = 512, SECTORS_PER_PAGE = 8 };

/** Bytes of one write in one sector. */
struct power_piece {
    uint64_t write; /* number of the write */
    size_t offset;  /* in the file */
    size_t size;
    uint8_t bytes[SECTOR_BYTES];
};

struct power_file {
    ino_t inode;
    uint8_t *durable;
    size_t durable_size;
    size_t size; /* with what was only written */
    struct power_piece *pieces;
    size_t pieces_count;
    size_t pieces_capacity;
    uint64_t writes;
};

/** Takes what the open file has as durable. */
void power_file_load(struct power_file *file, int fd, size_t size);

/** Notes a write that is not flushed. */
void power_file_write(struct power_file *file, const uint8_t *bytes, size_t size, size_t offset);

/** Notes that the file has become longer. */
void power_file_extend(struct power_file *file, size_t size);

/** What was written to the sectors of this part, or to all, is on disk. */
void power_file_flush_part(struct power_file *file, size_t offset, size_t size);
void power_file_flush(struct power_file *file);

/** What the disk could have of it now.
 * @return Its bytes, to be freed by the caller. */
uint8_t *power_file_after_cut(const struct power_file *file, struct random *random,
                              size_t *ret_size);

void power_file_free(struct power_file *file);

#endif
