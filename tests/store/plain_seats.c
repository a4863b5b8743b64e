#include "tests/store/plain_seats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store/records.h"

enum { SHOW = 1, CHANGES_MAX = 8 };

struct change {
    uint32_t block_index;
    uint32_t place;
    unix_ms ends_ms;
    bool is_whole; /* nobody holds the others any more */
};

static struct change draw(struct random *random, unsigned number)
{
    struct change change = {
        .block_index = (uint32_t)random_below(random, PLAIN_BLOCKS),
        .place = (uint32_t)random_below(random, SEATS_PER_BLOCK),
        .ends_ms = number,
        .is_whole = random_chance(random, 5),
    };
    if (random_chance(random, 3)) change.ends_ms += 2 * SEAT_BLOCK_SPAN_MS; /* a wide block */
    return change;
}

static void put_whole(struct store_txn *txn, const struct change *change, struct seat seat)
{
    struct seat_block block = {.version = 1};
    while (block.count < SEATS_PER_BLOCK)
        seat_block_add(&block, (struct seat){.state = SEAT_AVAILABLE});
    seat_block_set(&block, change->place, seat);
    seat_block_put(txn, SHOW, change->block_index, &block);
}

static void change_store(struct store_txn *txn, const struct change *change)
{
    struct seat seat = {.state = SEAT_HELD, .expires_at_ms = change->ends_ms};
    struct seat_block *block =
        change->is_whole ? NULL : seat_block_edit(txn, SHOW, change->block_index);
    if (block == NULL)
        put_whole(txn, change, seat);
    else
        seat_block_set(block, change->place, seat);
}

static void change_plain(struct plain_seats *seats, const struct change *change)
{
    unix_ms *ends_ms = seats->ends_ms[change->block_index];
    if (change->is_whole) memset(ends_ms, 0, sizeof seats->ends_ms[0]);
    ends_ms[change->place] = change->ends_ms;
}

void plain_seats_change(struct store_txn *txn, struct plain_seats *seats, struct random *random,
                        unsigned number)
{
    for (uint64_t left = random_below(random, CHANGES_MAX); left > 0; left--) {
        struct change change = draw(random, number);
        if (txn != NULL) change_store(txn, &change);
        if (seats != NULL) change_plain(seats, &change);
    }
}

void plain_seats_check(struct store_txn *txn, const struct plain_seats *seats)
{
    for (uint32_t i = 0; i < PLAIN_BLOCKS; i++) {
        struct seat_block block;
        bool is_there = seat_block_get(txn, SHOW, i, &block);
        for (uint32_t place = 0; place < SEATS_PER_BLOCK; place++) {
            unix_ms ends_ms = is_there ? seat_block_seat(&block, place).expires_at_ms : 0;
            assert_int_equal(ends_ms, seats->ends_ms[i][place]);
        }
    }
}
