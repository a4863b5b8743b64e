#include <stddef.h>
#include <xxhash.h>

#include "base/require.h"
#include "journal/file.h"
#include "journal/inside.h"
#include "journal/old.h"

_Static_assert(sizeof(struct record_head) == 5 * sizeof(uint64_t), "a head has no other bytes");
_Static_assert(RING_AT % 4096 == 0, "the ring begins at a page of the file");

uint64_t record_bytes_checksum(const uint8_t *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}

uint64_t record_head_checksum(uint64_t epoch, const struct record_head *head)
{
    return XXH3_64bits_withSeed(&head->sequence,
                                sizeof *head - offsetof(struct record_head, sequence), epoch);
}

/* How much of `size` bytes lies before the end of the ring. */
static size_t size_before_end(const struct journal *journal, size_t size, uint64_t position)
{
    REQUIRE(journal->slot.checkpoint.ring_bytes >= JOURNAL_RING_BYTES_MIN);
    uint64_t left =
        journal->slot.checkpoint.ring_bytes - position % journal->slot.checkpoint.ring_bytes;
    return size < left ? size : (size_t)left;
}

uint64_t ring_offset(const struct journal *journal, uint64_t position)
{
    uint64_t ring_at = journal->is_old ? OLD_RING_AT : RING_AT;
    return ring_at + position % journal->slot.checkpoint.ring_bytes;
}

enum status ring_read(const struct journal *journal, void *bytes, size_t size, uint64_t position)
{
    REQUIRE(size <= journal->slot.checkpoint.ring_bytes);
    size_t first = size_before_end(journal, size, position);
    enum status err = file_read(journal->fd, bytes, first, ring_offset(journal, position));
    if (err != STATUS_OK || first == size) return err;
    return file_read(journal->fd, (uint8_t *)bytes + first, size - first,
                     ring_offset(journal, position + first));
}

enum status ring_write(const struct journal *journal, const uint8_t *bytes, size_t size,
                       uint64_t position)
{
    enum status err = STATUS_OK;
    REQUIRE(!journal->is_old);
    while (size > 0 && err == STATUS_OK) {
        size_t part = size_before_end(journal, size, position);
        err = file_write(journal->fd, bytes, part, ring_offset(journal, position));
        bytes += part;
        size -= part;
        position += part;
    }
    return err;
}
