/* row.h -- A row of the log: all entries of one flush, as the engine keeps it.
 *
 * A row begins at the index of its first entry; the next row begins where it ends. The body is the
 * entries one behind the other, compressed by zstd if there is memory for it. All numbers in it are
 * little-endian. The checksum covers the head and the body as it is kept. */
#ifndef LOG_ROW_H
#define LOG_ROW_H

#include <stdbool.h>

#include "base/status.h"
#include "log/entry.h"

enum {
    LOG_ROW_FORMAT = 1,
    LOG_BATCH_BYTES = 16,
    LOG_ROW_BYTES_MAX = LOG_ENTRY_BYTES_MAX, /* of its entries, before they are compressed */
    LOG_ENTRY_HEAD_BYTES = 16,
};

struct log_row_head {
    uint64_t index;                 /* of its first entry */
    uint32_t count;                 /* of entries, 1.. */
    uint64_t epoch;                 /* of all of them */
    uint8_t batch[LOG_BATCH_BYTES]; /* random: tells this append from every other */
    uint64_t durable;               /* index up to which its maker knew entries as acknowledged */
    unix_ms time_ms;                /* of its last entry */
    uint16_t format;                /* LOG_ROW_FORMAT, or one that is not known */
    uint64_t checksum;
    size_t body_size;
};

struct log_row {
    struct log_row_head head;
    const uint8_t *body; /* borrowed */
};

/** Bytes that grow. Zero is an empty one. */
struct log_bytes {
    uint8_t *bytes;
    size_t size, capacity;
};

/** Makes room for as many more bytes. @return False if there is no memory. */
bool log_bytes_reserve(struct log_bytes *bytes, size_t more);

void log_bytes_free(struct log_bytes *bytes);

/** Adds an entry as it stands in a body. @return False if there is no memory: nothing was added. */
bool log_row_add(struct log_bytes *entries, const struct log_entry *entry);

/** How many whole entries at the front fit into a row, one at least, and their bytes. */
size_t log_row_front(const uint8_t *entries, size_t size, uint32_t *ret_count);

/** The time of the last of these whole entries, one at least. */
unix_ms log_row_time(const uint8_t *entries, size_t size);

/** What compresses rows, kept from one to the next: its tables are larger than most rows. A zeroed
 * one is ready. */
struct log_packer {
    struct ZSTD_CCtx_s *zstd; /* NULL until there was a row */
};

void log_packer_free(struct log_packer *packer);

/** Makes the body, its size and its checksum of the entries; the rest of the head is there.
 * @param packer  NULL: not to compress it.
 * @param body    Where the body is made; row->body is borrowed from it.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status log_row_close(struct log_row *row, const uint8_t *entries, size_t size,
                          struct log_packer *packer, struct log_bytes *body);

/** Of the head, but for the checksum and the size, and the body. */
uint64_t log_row_checksum(const struct log_row *row);

/** Calls `visit` for the entries of a row with an index above `after` up to `last`, until one is
 * not STATUS_OK.
 * @param room  For the entries, which are borrowed from it.
 * @return What `visit` returned last; STATUS_OK; with the problem, STATUS_LOG_DAMAGED,
 * STATUS_LOG_NEWER, STATUS_OUT_OF_MEMORY: nothing was visited. */
enum status log_row_visit(const struct log_row *row, uint64_t after, uint64_t last,
                          struct log_bytes *room,
                          enum status (*visit)(void *context, const struct log_entry *entry),
                          void *context, char ret_problem[LOG_PROBLEM_BYTES]);

#endif
