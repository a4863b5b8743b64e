/* record_head.h -- What stands before the body of every record: a checksum, and the format that the
 * record was written in. For src/store only.
 *
 * The checksum is of the tree, the key, the format and the body, so bytes that are not what was
 * written, and a record under a key that is not its own, are found when it is read. A record of an
 * older format is read with defaults for the fields that it lacks (records.def) and gets the
 * present one when it is written again.
 *
 * Layout: 4 bytes, the CRC-32C of key, format and body, begun with the number of the tree; 1 byte
 * format; body. Formats 1 and 2 had no heads. */
#ifndef STORE_RECORD_HEAD_H
#define STORE_RECORD_HEAD_H

#include "base/crc32c.h"
#include "store/bytes.h"
#include "store/format_version.h"

enum { RECORD_CHECKSUM_BYTES = 4, RECORD_HEAD_BYTES = RECORD_CHECKSUM_BYTES + 1 };

_Static_assert(STORE_FORMAT_VERSION <= UINT8_MAX, "a byte tells the format");

_Static_assert(RECORD_HEAD_BYTES == 5, "as records of format 3 have it");
_Static_assert(RECORD_CHECKSUM_BYTES == sizeof(uint32_t), "a CRC-32C");
_Static_assert((int)HEADLESS_FORMAT < (int)STORE_FORMAT_VERSION, "what is written has a head");

/** Of what stands behind it. */
static inline uint32_t record_checksum(uint8_t tree, const void *key, size_t key_size,
                                       const uint8_t *bytes, size_t size)
{
    return crc32c(crc32c(tree, key, key_size), bytes, size);
}

/** Fills in the head of a record that is to be found in a tree under a key. */
static inline void record_head_fill(uint8_t tree, const void *key, size_t key_size,
                                    const struct writer *record)
{
    uint8_t *behind = record->start + RECORD_CHECKSUM_BYTES;
    REQUIRE(writer_size(record) >= RECORD_HEAD_BYTES);
    *behind = record->format;
    uint32_t checksum =
        htole32(record_checksum(tree, key, key_size, behind, (size_t)(record->at - behind)));
    memcpy(record->start, &checksum, sizeof checksum);
}

enum record_head_state { RECORD_HEAD_GOOD, RECORD_HEAD_DAMAGED, RECORD_HEAD_NEWER };

/** Looks at a whole record.
 * @param record  If all is good it begins with the body afterwards, and has its format.
 * @return NEWER: written by a server that knows more formats than this one. */
static inline enum record_head_state record_head_open(uint8_t tree, const void *key,
                                                      size_t key_size, struct reader *record)
{
    size_t size = (size_t)(record->end - record->at);
    if (size < RECORD_HEAD_BYTES) return RECORD_HEAD_DAMAGED;
    const uint8_t *behind = record->at + RECORD_CHECKSUM_BYTES;
    if (little_u32_at(record->at, 0) !=
        record_checksum(tree, key, key_size, behind, size - RECORD_CHECKSUM_BYTES))
        return RECORD_HEAD_DAMAGED;
    if (*behind > STORE_FORMAT_VERSION) return RECORD_HEAD_NEWER;
    if (*behind < STORE_FORMAT_OLDEST) return RECORD_HEAD_DAMAGED;
    record->format = *behind;
    record->at = behind + 1;
    return RECORD_HEAD_GOOD;
}

#endif
