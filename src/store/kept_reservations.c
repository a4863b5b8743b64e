#include "store/kept_reservations.h"

#include <endian.h>
#include <string.h>

#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

/* As memcmp, which does not know the size beforehand. */
static int compare_ids(const struct reservation_id *a, const struct reservation_id *b)
{
    for (size_t i = 0; i < ID_BYTES; i += sizeof(uint64_t)) {
        uint64_t left, right;
        memcpy(&left, a->bytes + i, sizeof left);
        memcpy(&right, b->bytes + i, sizeof right);
        if (left != right) return be64toh(left) < be64toh(right) ? -1 : 1;
    }
    return 0;
}

static const struct reservation *nth(const struct kept_reservations *kept, uint32_t n)
{
    return &kept->records[kept->order[n]];
}

/* How many have a smaller id. */
static uint32_t count_before(const struct kept_reservations *kept, struct reservation_id id)
{
    uint32_t begin = 0, end = kept->count;
    if (end > 0 && compare_ids(&nth(kept, end - 1)->id, &id) < 0) return end;
    while (begin < end) {
        uint32_t middle = begin + (end - begin) / 2;
        if (compare_ids(&nth(kept, middle)->id, &id) < 0)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

static bool is_nth(const struct kept_reservations *kept, uint32_t n, struct reservation_id id)
{
    return n < kept->count && compare_ids(&nth(kept, n)->id, &id) == 0;
}

void kept_reservations_clear(struct kept_reservations *kept)
{
    kept->count = 0;
    kept->knows_last = false;
}

const struct reservation *kept_reservations_find(const struct kept_reservations *kept,
                                                 struct reservation_id id)
{
    uint32_t n = count_before(kept, id);
    return is_nth(kept, n, id) ? nth(kept, n) : NULL;
}

bool reservation_is_beyond(struct store_txn *txn, struct reservation_id id)
{
    struct kept_reservations *kept = &txn->kept->reservations;
    if (!kept->knows_last) {
        kept->last = (struct reservation_id){{0}};
        reservation_last_id(txn, &kept->last);
        kept->knows_last = true;
    }
    return compare_ids(&kept->last, &id) < 0;
}

void kept_reservations_put(struct store_txn *txn)
{
    struct kept_reservations *kept = &txn->kept->reservations;
    for (uint32_t i = 0; i < kept->count; i++) {
        const struct reservation *reservation = nth(kept, i);
        bool is_beyond = reservation_is_beyond(txn, reservation->id);
        reservation_write(txn, reservation, is_beyond);
        if (is_beyond) kept->last = reservation->id;
    }
    kept->count = 0;
}

static void insert(struct kept_reservations *kept, uint32_t n,
                   const struct reservation *reservation)
{
    uint16_t place = (uint16_t)kept->count;
    memmove(kept->order + n + 1, kept->order + n, (kept->count - n) * sizeof kept->order[0]);
    kept->order[n] = place;
    kept->records[place] = *reservation;
    kept->count++;
}

void reservation_put(struct store_txn *txn, const struct reservation *reservation)
{
    REQUIRE(txn->may_write);
    struct kept_reservations *kept = &txn->kept->reservations;
    uint32_t n = count_before(kept, reservation->id);
    if (is_nth(kept, n, reservation->id)) {
        kept->records[kept->order[n]] = *reservation;
        return;
    }
    if (kept->count == RESERVATIONS_KEPT) {
        kept_reservations_put(txn);
        n = 0;
    }
    insert(kept, n, reservation);
}
