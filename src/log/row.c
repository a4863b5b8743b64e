#include "log/row.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>
#include <zstd.h>

#include "base/require.h"

/* The first byte of a body. */
enum packing { PACKING_PLAIN = 0, PACKING_ZSTD = 1 };

enum { ROW_BYTES_GOAL = 8 << 20, ZSTD_LEVEL = 1, HEAD_BYTES = 54 };

/* --- Bytes ------------------------------------------------------------------------------------ */

bool log_bytes_reserve(struct log_bytes *bytes, size_t more)
{
    REQUIRE(bytes->size <= bytes->capacity);
    if (more <= bytes->capacity - bytes->size) return true;
    size_t needed = bytes->size + more;
    size_t capacity = needed > 2 * bytes->capacity ? needed : 2 * bytes->capacity;
    uint8_t *grown = realloc(bytes->bytes, capacity);
    if (grown == NULL) return false;
    bytes->bytes = grown;
    bytes->capacity = capacity;
    return true;
}

void log_bytes_free(struct log_bytes *bytes)
{
    free(bytes->bytes);
    *bytes = (struct log_bytes){0};
}

static uint8_t *put(uint8_t *at, const void *bytes, size_t size)
{
    if (size > 0) memcpy(at, bytes, size);
    return at + size;
}

static uint8_t *put16(uint8_t *at, uint16_t value)
{
    value = htole16(value);
    return put(at, &value, sizeof value);
}

static uint8_t *put32(uint8_t *at, uint32_t value)
{
    value = htole32(value);
    return put(at, &value, sizeof value);
}

static uint8_t *put64(uint8_t *at, uint64_t value)
{
    value = htole64(value);
    return put(at, &value, sizeof value);
}

static uint16_t take16(const uint8_t *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return le16toh(value);
}

static uint32_t take32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return le32toh(value);
}

static uint64_t take64(const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return le64toh(value);
}

/* --- Entries ---------------------------------------------------------------------------------- */

/* kind 1, nothing 1, size of the note 2, of the redo 4, time 8 */
bool log_row_add(struct log_bytes *entries, const struct log_entry *entry)
{
    REQUIRE(entry->note_size <= LOG_NOTE_BYTES_MAX);
    REQUIRE(entry->redo_size <= LOG_ENTRY_BYTES_MAX - LOG_ENTRY_HEAD_BYTES - entry->note_size);
    size_t size = LOG_ENTRY_HEAD_BYTES + entry->note_size + entry->redo_size;
    if (!log_bytes_reserve(entries, size)) return false;
    uint8_t *at = entries->bytes + entries->size;
    *at++ = (uint8_t)entry->kind;
    *at++ = 0;
    at = put16(at, (uint16_t)entry->note_size);
    at = put32(at, (uint32_t)entry->redo_size);
    at = put64(at, (uint64_t)entry->time_ms);
    at = put(at, entry->note, entry->note_size);
    put(at, entry->redo, entry->redo_size);
    entries->size += size;
    return true;
}

/* @return 0 if there is no whole entry. */
static size_t entry_size(const uint8_t *at, size_t left)
{
    if (left < LOG_ENTRY_HEAD_BYTES) return 0;
    size_t size = (size_t)LOG_ENTRY_HEAD_BYTES + take16(at + 2) + take32(at + 4);
    return size <= left ? size : 0;
}

size_t log_row_front(const uint8_t *entries, size_t size, uint32_t *ret_count)
{
    size_t front = 0;
    uint32_t count = 0;
    while (front < size) {
        size_t next = entry_size(entries + front, size - front);
        REQUIRE(next > 0);
        if (count > 0 && front + next > ROW_BYTES_GOAL) break;
        front += next;
        count++;
    }
    REQUIRE(count > 0);
    *ret_count = count;
    return front;
}

unix_ms log_row_time(const uint8_t *entries, size_t size)
{
    size_t at = 0, last = 0;
    REQUIRE(size > 0);
    while (at < size) {
        size_t next = entry_size(entries + at, size - at);
        REQUIRE(next > 0);
        last = at;
        at += next;
    }
    return (unix_ms)take64(entries + last + 8);
}

/* --- Bodies ----------------------------------------------------------------------------------- */

uint64_t log_row_checksum(const struct log_row *row)
{
    uint8_t head[HEAD_BYTES];
    uint8_t *at = put64(head, row->head.index);
    at = put32(at, row->head.count);
    at = put64(at, row->head.epoch);
    at = put(at, row->head.batch, sizeof row->head.batch);
    at = put64(at, row->head.durable);
    at = put64(at, (uint64_t)row->head.time_ms);
    at = put16(at, row->head.format);
    REQUIRE(at == head + sizeof head);
    return XXH3_64bits_withSeed(row->body, row->head.body_size, XXH3_64bits(head, sizeof head));
}

void log_packer_free(struct log_packer *packer)
{
    ZSTD_freeCCtx(packer->zstd);
    packer->zstd = NULL;
}

static enum status pack_zstd(struct log_packer *packer, const uint8_t *entries, size_t size,
                             struct log_bytes *body)
{
    REQUIRE(body->capacity > ZSTD_compressBound(size));
    if (packer->zstd == NULL) packer->zstd = ZSTD_createCCtx();
    if (packer->zstd == NULL) return STATUS_OUT_OF_MEMORY;
    size_t packed = ZSTD_compressCCtx(packer->zstd, body->bytes + 1, body->capacity - 1, entries,
                                      size, ZSTD_LEVEL);
    if (ZSTD_isError(packed)) return STATUS_OUT_OF_MEMORY;
    body->size = 1 + packed;
    return STATUS_OK;
}

enum status log_row_close(struct log_row *row, const uint8_t *entries, size_t size,
                          struct log_packer *packer, struct log_bytes *body)
{
    REQUIRE(size <= LOG_ROW_BYTES_MAX);
    REQUIRE(row->head.count > 0);
    body->size = 0;
    if (!log_bytes_reserve(body, 1 + (packer == NULL ? size : ZSTD_compressBound(size))))
        return STATUS_OUT_OF_MEMORY;
    body->bytes[0] = packer == NULL ? PACKING_PLAIN : PACKING_ZSTD;
    if (packer == NULL) {
        put(body->bytes + 1, entries, size);
        body->size = 1 + size;
    } else {
        enum status err = pack_zstd(packer, entries, size, body);
        if (err != STATUS_OK) return err;
    }
    row->body = body->bytes;
    row->head.body_size = body->size;
    row->head.checksum = log_row_checksum(row);
    return STATUS_OK;
}

static enum status newer(const struct log_row *row, const char *what,
                         char problem[LOG_PROBLEM_BYTES])
{
    snprintf(problem, LOG_PROBLEM_BYTES, "the log's row at %" PRIu64 " has %s", row->head.index,
             what);
    return STATUS_LOG_NEWER;
}

static enum status damaged(const struct log_row *row, const char *what,
                           char problem[LOG_PROBLEM_BYTES])
{
    snprintf(problem, LOG_PROBLEM_BYTES, "the log's row at %" PRIu64 " %s", row->head.index, what);
    return STATUS_LOG_DAMAGED;
}

static enum status unpack_zstd(const struct log_row *row, struct log_bytes *room,
                               char problem[LOG_PROBLEM_BYTES])
{
    const uint8_t *packed = row->body + 1;
    size_t packed_size = row->head.body_size - 1;
    unsigned long long size = ZSTD_getFrameContentSize(packed, packed_size);
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
        size > LOG_ROW_BYTES_MAX)
        return damaged(row, "is not one that was compressed here", problem);
    if (!log_bytes_reserve(room, (size_t)size + 1)) {
        damaged(row, "is too large for the memory there is", problem);
        return STATUS_OUT_OF_MEMORY;
    }
    size_t unpacked = ZSTD_decompress(room->bytes, (size_t)size, packed, packed_size);
    if (ZSTD_isError(unpacked)) return damaged(row, "can't be uncompressed", problem);
    room->size = unpacked;
    return STATUS_OK;
}

static enum status unpack(const struct log_row *row, struct log_bytes *room,
                          char problem[LOG_PROBLEM_BYTES])
{
    room->size = 0;
    if (row->head.format != LOG_ROW_FORMAT) return newer(row, "another format", problem);
    if (row->head.body_size < 1 || row->head.checksum != log_row_checksum(row))
        return damaged(row, "is damaged: its checksum is another", problem);
    if (row->body[0] == PACKING_ZSTD) return unpack_zstd(row, room, problem);
    if (row->body[0] != PACKING_PLAIN || row->head.body_size - 1 > LOG_ROW_BYTES_MAX)
        return damaged(row, "is packed in a way that is not known", problem);
    if (!log_bytes_reserve(room, row->head.body_size)) {
        damaged(row, "is too large for the memory there is", problem);
        return STATUS_OUT_OF_MEMORY;
    }
    put(room->bytes, row->body + 1, row->head.body_size - 1);
    room->size = row->head.body_size - 1;
    return STATUS_OK;
}

static bool take_entry(const uint8_t *at, size_t size, struct log_entry *entry)
{
    entry->kind = (enum log_kind)at[0];
    entry->note_size = take16(at + 2);
    entry->redo_size = take32(at + 4);
    entry->time_ms = (unix_ms)take64(at + 8);
    entry->note = at + LOG_ENTRY_HEAD_BYTES;
    entry->redo = entry->note + entry->note_size;
    return entry->note_size <= LOG_NOTE_BYTES_MAX &&
           LOG_ENTRY_HEAD_BYTES + entry->note_size + entry->redo_size == size;
}

/* Before any of them is given on: a row is whole or it is damaged. */
static enum status check_entries(const struct log_row *row, const struct log_bytes *room,
                                 char problem[LOG_PROBLEM_BYTES])
{
    struct log_entry entry;
    size_t at = 0;
    uint32_t count = 0;
    bool is_known = true;
    for (size_t size; at < room->size; at += size, count++) {
        size = entry_size(room->bytes + at, room->size - at);
        if (size == 0 || !take_entry(room->bytes + at, size, &entry)) break;
        is_known = is_known && entry.kind >= LOG_BATCH && entry.kind <= LOG_END;
    }
    if (at < room->size || count != row->head.count)
        return damaged(row, "has other entries than it says", problem);
    return is_known ? STATUS_OK : newer(row, "an entry of another kind", problem);
}

enum status log_row_visit(const struct log_row *row, uint64_t after, uint64_t last,
                          struct log_bytes *room,
                          enum status (*visit)(void *context, const struct log_entry *entry),
                          void *context, char ret_problem[LOG_PROBLEM_BYTES])
{
    enum status err = unpack(row, room, ret_problem);
    if (err == STATUS_OK) err = check_entries(row, room, ret_problem);
    if (err != STATUS_OK) return err;
    const uint8_t *at = room->bytes;
    struct log_entry entry = {.index = row->head.index, .epoch = row->head.epoch};
    for (uint32_t i = 0; i < row->head.count && err == STATUS_OK; i++, entry.index++) {
        size_t size = entry_size(at, room->size - (size_t)(at - room->bytes));
        REQUIRE(take_entry(at, size, &entry));
        if (entry.index > last) break;
        if (entry.index > after) err = visit(context, &entry);
        at += size;
    }
    return err;
}
