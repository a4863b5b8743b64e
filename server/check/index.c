#include "server/check/index.h"

#include <stdlib.h>
#include <string.h>

static bool index_block(void *context, uint32_t block_index, const struct seat_block *block)
{
    struct indexed_performance *performance = context;
    for (uint32_t i = 0; i < block->count; i++) {
        uint32_t seat_index = block_index * SEATS_PER_BLOCK + i;
        if (seat_index >= performance->record.seat_count) return false;
        struct indexed_seat *seat = &performance->seats[seat_index];
        seat->stored = seat_block_seat(block, i);
        seat->replayed = (struct seat){.state = SEAT_AVAILABLE, .tier = seat->stored.tier};
        performance->seats_seen++;
    }
    if (block->version > performance->newest_version) performance->newest_version = block->version;
    return true;
}

static enum status index_performances(struct store_txn *txn, struct index *index)
{
    struct performance record = {0};
    while (performance_next(txn, record.id, &record)) {
        struct indexed_performance *performance = vector_add(&index->performances);
        if (performance == NULL) return STATUS_OUT_OF_MEMORY;
        performance->record = record;
        performance->seats = calloc(record.seat_count, sizeof *performance->seats);
        if (performance->seats == NULL) return STATUS_OUT_OF_MEMORY;
        seat_blocks_visit(txn, record.id, index_block, performance);
    }
    return STATUS_OK;
}

static enum status index_reservations(struct store_txn *txn, struct index *index)
{
    struct reservation record = {0};
    while (reservation_next(txn, record.id, &record)) {
        struct indexed_reservation *reservation = vector_add(&index->reservations);
        if (reservation == NULL) return STATUS_OUT_OF_MEMORY;
        reservation->record = record;
    }
    return STATUS_OK;
}

static enum status index_wallets(struct store_txn *txn, struct index *index)
{
    struct wallet record = {0};
    while (wallet_next(txn, record.user_id, &record)) {
        struct indexed_wallet *wallet = vector_add(&index->wallets);
        if (wallet == NULL) return STATUS_OUT_OF_MEMORY;
        wallet->record = record;
    }
    return STATUS_OK;
}

/* A concert without a queue gets an empty one: check_queues says that it is missing. */
static enum status index_queues(struct store_txn *txn, struct index *index)
{
    struct concert concert = {0};
    while (concert_next(txn, concert.id, &concert)) {
        struct indexed_queue *queue = vector_add(&index->queues);
        if (queue == NULL) return STATUS_OUT_OF_MEMORY;
        if (!queue_get(txn, concert.id, &queue->record))
            queue->record = (struct queue){.concert_id = concert.id};
        queue->first_waiting = 1;
        queue->first_line_ms = UNIX_MS_NEVER;
        queue->replayed = calloc(queue->record.last_number + 1, sizeof *queue->replayed);
        queue->timers = calloc(queue->record.last_number + 1, sizeof *queue->timers);
        if (queue->replayed == NULL || queue->timers == NULL) return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

enum status index_build(struct store_txn *txn, struct index *index)
{
    *index = (struct index){
        .performances.item_bytes = sizeof(struct indexed_performance),
        .reservations.item_bytes = sizeof(struct indexed_reservation),
        .wallets.item_bytes = sizeof(struct indexed_wallet),
        .queues.item_bytes = sizeof(struct indexed_queue),
    };
    enum status err = index_performances(txn, index);
    if (err == STATUS_OK) err = index_reservations(txn, index);
    if (err == STATUS_OK) err = index_wallets(txn, index);
    if (err == STATUS_OK) err = index_queues(txn, index);
    return err;
}

void index_free(struct index *index)
{
    for (size_t i = 0; i < index->performances.count; i++)
        free(((struct indexed_performance *)vector_at(&index->performances, i))->seats);
    for (size_t i = 0; i < index->queues.count; i++) {
        free(((struct indexed_queue *)vector_at(&index->queues, i))->replayed);
        free(((struct indexed_queue *)vector_at(&index->queues, i))->timers);
    }
    vector_free(&index->performances);
    vector_free(&index->reservations);
    vector_free(&index->wallets);
    vector_free(&index->queues);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_performance(const void *id, const void *item)
{
    const struct indexed_performance *performance = item;
    return compare_numbers(*(const uint32_t *)id, performance->record.id);
}

static int compare_reservation(const void *id, const void *item)
{
    const struct indexed_reservation *reservation = item;
    return memcmp(id, reservation->record.id.bytes, ID_BYTES);
}

static int compare_wallet(const void *user_id, const void *item)
{
    const struct indexed_wallet *wallet = item;
    return compare_numbers(*(const uint64_t *)user_id, wallet->record.user_id);
}

static int compare_queue(const void *concert_id, const void *item)
{
    const struct indexed_queue *queue = item;
    return compare_numbers(*(const uint32_t *)concert_id, queue->record.concert_id);
}

struct indexed_performance *index_performance(const struct index *index, uint32_t id)
{
    return vector_find(&index->performances, &id, compare_performance);
}

struct indexed_seat *index_seat(const struct index *index, uint32_t performance_id,
                                uint32_t seat_index)
{
    struct indexed_performance *performance = index_performance(index, performance_id);
    if (performance == NULL || seat_index >= performance->record.seat_count) return NULL;
    return &performance->seats[seat_index];
}

struct indexed_reservation *index_reservation(const struct index *index, struct reservation_id id)
{
    return vector_find(&index->reservations, id.bytes, compare_reservation);
}

struct indexed_wallet *index_wallet(const struct index *index, uint64_t user_id)
{
    return vector_find(&index->wallets, &user_id, compare_wallet);
}

struct indexed_queue *index_queue(const struct index *index, uint32_t concert_id)
{
    return vector_find(&index->queues, &concert_id, compare_queue);
}
