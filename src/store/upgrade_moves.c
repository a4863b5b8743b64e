#include "store/upgrade_moves.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "store/transaction.h"

enum { RECORDS_PER_REPORT = 64 * 1024 };

_Static_assert(UPGRADE_MOVES_MIN >= 1, "something is gathered");
_Static_assert(sizeof(struct upgrade_move) == ID_BYTES + sizeof(uint64_t), "no room is lost");

bool upgrade_moves_init(struct upgrade_moves *moves, uint64_t bytes)
{
    REQUIRE(moves->count == moves->put);
    if (moves->moves != NULL) return true;
    uint64_t capacity = bytes / sizeof *moves->moves;
    if (capacity < UPGRADE_MOVES_MIN) capacity = UPGRADE_MOVES_MIN;
    if (capacity > UPGRADE_MOVES_MAX) capacity = UPGRADE_MOVES_MAX;
    moves->moves = calloc(capacity, sizeof *moves->moves);
    moves->capacity = capacity;
    return moves->moves != NULL;
}

void upgrade_moves_deinit(struct upgrade_moves *moves)
{
    REQUIRE(moves->put <= moves->count);
    free(moves->moves);
    *moves = (struct upgrade_moves){0};
}

static int compare(const void *a, const void *b)
{
    const struct upgrade_move *one = a;
    const struct upgrade_move *other = b;
    int order = memcmp(one->id, other->id, ID_BYTES);
    if (order != 0) return order;
    return (one->number > other->number) - (one->number < other->number);
}

void upgrade_moves_gather(struct upgrade_moves *moves, struct store_txn *txn, enum tree tree,
                          const struct upgrade_mover *mover, const struct upgrade_place *place,
                          void (*passed)(void *context, uint64_t done), void *context)
{
    REQUIRE(moves->put == moves->count);
    REQUIRE(moves->capacity >= UPGRADE_MOVES_MIN);
    REQUIRE(mover != NULL);
    moves->after = *place;
    moves->count = moves->put = 0;
    moves->is_over = false;
    while (moves->count < moves->capacity && !moves->is_over) {
        moves->is_over = !record_next(txn, tree, &moves->after.last, 0, NULL);
        if (moves->is_over) break;
        if (mover->take(&moves->after.last, &moves->moves[moves->count])) moves->count++;
        if (++moves->after.done % RECORDS_PER_REPORT == 0) passed(context, moves->after.done);
    }
    qsort(moves->moves, moves->count, sizeof *moves->moves, compare);
    REQUIRE(moves->count <= moves->capacity);
}
