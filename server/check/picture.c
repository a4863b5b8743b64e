#include "server/check/picture.h"

#include <stdlib.h>
#include <string.h>

static bool take_block(void *context, uint32_t block_index, const struct seat_block *block)
{
    struct pictured_performance *performance = context;
    for (uint32_t i = 0; i < block->count; i++) {
        uint32_t seat_index = block_index * SEATS_PER_BLOCK + i;
        if (seat_index >= performance->record.seat_count) return false;
        struct pictured_seat *seat = &performance->seats[seat_index];
        seat->stored = seat_block_seat(block, i);
        seat->replayed = (struct seat){.state = SEAT_AVAILABLE, .tier = seat->stored.tier};
        performance->seats_seen++;
    }
    if (block->version > performance->newest_version) performance->newest_version = block->version;
    return true;
}

static enum status take_performances(struct store_txn *txn, struct picture *picture)
{
    struct performance record = {0};
    while (performance_next(txn, record.id, &record)) {
        struct pictured_performance *performance = pile_add(&picture->performances);
        if (performance == NULL) return STATUS_OUT_OF_MEMORY;
        performance->record = record;
        performance->seats = calloc(record.seat_count, sizeof *performance->seats);
        if (performance->seats == NULL) return STATUS_OUT_OF_MEMORY;
        seat_blocks_visit(txn, record.id, take_block, performance);
    }
    return STATUS_OK;
}

static enum status take_reservations(struct store_txn *txn, struct picture *picture)
{
    struct reservation record = {0};
    while (reservation_next(txn, record.id, &record)) {
        struct pictured_reservation *reservation = pile_add(&picture->reservations);
        if (reservation == NULL) return STATUS_OUT_OF_MEMORY;
        reservation->record = record;
    }
    return STATUS_OK;
}

static enum status take_wallets(struct store_txn *txn, struct picture *picture)
{
    struct wallet record = {0};
    while (wallet_next(txn, record.user_id, &record)) {
        struct pictured_wallet *wallet = pile_add(&picture->wallets);
        if (wallet == NULL) return STATUS_OUT_OF_MEMORY;
        wallet->record = record;
    }
    return STATUS_OK;
}

/* A concert without a queue gets an empty one: check_queues says that it is missing. */
static enum status take_queues(struct store_txn *txn, struct picture *picture)
{
    struct concert concert = {0};
    while (concert_next(txn, concert.id, &concert)) {
        struct pictured_queue *queue = pile_add(&picture->queues);
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

enum status picture_take(struct store_txn *txn, struct picture *picture)
{
    *picture = (struct picture){
        .performances.item_bytes = sizeof(struct pictured_performance),
        .reservations.item_bytes = sizeof(struct pictured_reservation),
        .wallets.item_bytes = sizeof(struct pictured_wallet),
        .queues.item_bytes = sizeof(struct pictured_queue),
    };
    enum status err = take_performances(txn, picture);
    if (err == STATUS_OK) err = take_reservations(txn, picture);
    if (err == STATUS_OK) err = take_wallets(txn, picture);
    if (err == STATUS_OK) err = take_queues(txn, picture);
    return err;
}

void picture_free(struct picture *picture)
{
    for (size_t i = 0; i < picture->performances.count; i++)
        free(((struct pictured_performance *)pile_at(&picture->performances, i))->seats);
    for (size_t i = 0; i < picture->queues.count; i++) {
        free(((struct pictured_queue *)pile_at(&picture->queues, i))->replayed);
        free(((struct pictured_queue *)pile_at(&picture->queues, i))->timers);
    }
    pile_free(&picture->performances);
    pile_free(&picture->reservations);
    pile_free(&picture->wallets);
    pile_free(&picture->queues);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_performance(const void *id, const void *item)
{
    const struct pictured_performance *performance = item;
    return compare_numbers(*(const uint32_t *)id, performance->record.id);
}

static int compare_reservation(const void *id, const void *item)
{
    const struct pictured_reservation *reservation = item;
    return memcmp(id, reservation->record.id.bytes, ID_BYTES);
}

static int compare_wallet(const void *user_id, const void *item)
{
    const struct pictured_wallet *wallet = item;
    return compare_numbers(*(const uint64_t *)user_id, wallet->record.user_id);
}

static int compare_queue(const void *concert_id, const void *item)
{
    const struct pictured_queue *queue = item;
    return compare_numbers(*(const uint32_t *)concert_id, queue->record.concert_id);
}

struct pictured_performance *picture_performance(const struct picture *picture, uint32_t id)
{
    return pile_find(&picture->performances, &id, compare_performance);
}

struct pictured_seat *picture_seat(const struct picture *picture, uint32_t performance_id,
                                   uint32_t seat_index)
{
    struct pictured_performance *performance = picture_performance(picture, performance_id);
    if (performance == NULL || seat_index >= performance->record.seat_count) return NULL;
    return &performance->seats[seat_index];
}

struct pictured_reservation *picture_reservation(const struct picture *picture,
                                                 struct reservation_id id)
{
    return pile_find(&picture->reservations, id.bytes, compare_reservation);
}

struct pictured_wallet *picture_wallet(const struct picture *picture, uint64_t user_id)
{
    return pile_find(&picture->wallets, &user_id, compare_wallet);
}

struct pictured_queue *picture_queue(const struct picture *picture, uint32_t concert_id)
{
    return pile_find(&picture->queues, &concert_id, compare_queue);
}
