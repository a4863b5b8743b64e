#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "journal/inside.h"

/* Larger ones are freed rather than used again. */
enum { IDLE_BYTES_MAX = 4 << 20, RECORD_BYTES_MIN = 64 * 1024 };

_Static_assert(RECORD_BYTES_MIN >= sizeof(struct record_head),
               "a new record has room for its head");
_Static_assert(RECORD_BYTES_MIN <= IDLE_BYTES_MAX, "a new record is worth keeping");

static struct journal_record *take_idle(struct journal *journal)
{
    pthread_mutex_lock(&journal->stage_lock);
    struct journal_record *record = journal->idle;
    if (record != NULL) journal->idle = record->next;
    pthread_mutex_unlock(&journal->stage_lock);
    return record;
}

static struct journal_record *make(void)
{
    struct journal_record *record = calloc(1, sizeof *record);
    if (record == NULL) return NULL;
    record->bytes = malloc(RECORD_BYTES_MIN);
    record->capacity = RECORD_BYTES_MIN;
    if (record->bytes != NULL) return record;
    free(record);
    return NULL;
}

struct journal_record *journal_record_begin(struct journal *journal)
{
    struct journal_record *record = take_idle(journal);
    if (record == NULL) record = make();
    if (record == NULL) return NULL;
    REQUIRE(record->bytes != NULL);
    REQUIRE(record->capacity >= RECORD_BYTES_MIN);
    record->next = NULL;
    record->size = sizeof(struct record_head);
    return record;
}

static bool grow(struct journal_record *record, size_t needed)
{
    REQUIRE(needed > record->capacity);
    size_t capacity = needed > 2 * record->capacity ? needed : 2 * record->capacity;
    uint8_t *bytes = realloc(record->bytes, capacity);
    if (bytes == NULL) return false;
    record->bytes = bytes;
    record->capacity = capacity;
    return true;
}

uint8_t *journal_record_extend(struct journal_record *record, size_t size)
{
    REQUIRE(record->size <= record->capacity);
    if (size > record->capacity - record->size && !grow(record, record->size + size)) return NULL;
    uint8_t *end = record->bytes + record->size;
    record->size += size;
    return end;
}

bool journal_record_add(struct journal_record *record, const void *bytes, size_t size)
{
    uint8_t *end = journal_record_extend(record, size);
    if (end != NULL && size > 0) memcpy(end, bytes, size);
    return end != NULL;
}

size_t journal_record_size(const struct journal_record *record)
{
    REQUIRE(record->size >= sizeof(struct record_head));
    return record->size;
}

const void *journal_record_bytes(const struct journal_record *record, size_t *ret_size)
{
    REQUIRE(record->size >= sizeof(struct record_head));
    *ret_size = record->size - sizeof(struct record_head);
    return record->bytes + sizeof(struct record_head);
}

void journal_record_drop(struct journal *journal, struct journal_record *record)
{
    if (record == NULL) return;
    REQUIRE(record->size <= record->capacity);
    if (record->capacity > IDLE_BYTES_MAX) {
        record->next = NULL;
        records_free(record);
        return;
    }
    pthread_mutex_lock(&journal->stage_lock);
    REQUIRE(record != journal->idle);
    record->next = journal->idle;
    journal->idle = record;
    pthread_mutex_unlock(&journal->stage_lock);
}

void records_free(struct journal_record *first)
{
    while (first != NULL) {
        struct journal_record *next = first->next;
        free(first->bytes);
        free(first);
        first = next;
    }
}

bool journal_fits(const struct journal *journal, const struct journal_record *record)
{
    uint64_t used_bytes = journal_used_bytes(journal);
    REQUIRE(used_bytes <= journal_ring_bytes(journal));
    return record->size <= journal_ring_bytes(journal) - used_bytes;
}

static void add_staged(struct journal *journal, struct journal_record *record)
{
    struct record_list *staged = &journal->staged;
    REQUIRE(record->next == NULL);
    pthread_mutex_lock(&journal->stage_lock);
    REQUIRE((staged->last == NULL) == (staged->size == 0));
    if (staged->last == NULL)
        staged->first = record;
    else
        staged->last->next = record;
    staged->last = record;
    staged->size += record->size;
    pthread_mutex_unlock(&journal->stage_lock);
}

/* The rest of its head is known when it is flushed. */
void journal_stage(struct journal *journal, struct journal_record *record)
{
    REQUIRE(journal->epoch != 0);
    REQUIRE(!journal->is_old);
    REQUIRE(record->size >= sizeof(struct record_head));
    REQUIRE(record->size <= record->capacity);
    REQUIRE(journal_fits(journal, record));
    size_t size = record->size - sizeof(struct record_head);
    struct record_head head = {
        .sequence = journal->end.sequence,
        .size = size,
        .bytes_checksum = record_bytes_checksum(record->bytes + sizeof head, size),
    };
    memcpy(record->bytes, &head, sizeof head);
    journal->end.position += record->size;
    journal->end.sequence++;
    atomic_store_explicit(&journal->end_position, journal->end.position, memory_order_relaxed);
    REQUIRE(journal_used_bytes(journal) <= journal_ring_bytes(journal));
    add_staged(journal, record);
}
