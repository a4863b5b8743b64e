#include <string.h>

#include "base/require.h"
#include "journal/inside.h"

const void *journal_state(const struct journal *journal, size_t *ret_size)
{
    REQUIRE(journal->slot.checkpoint.state_size <= JOURNAL_STATE_BYTES_MAX);
    *ret_size = journal->slot.checkpoint.state_size;
    return journal->slot.checkpoint.state;
}

bool journal_is_closed(const struct journal *journal)
{
    return journal->slot.checkpoint.is_closed != 0;
}

bool journal_is_old(const struct journal *journal)
{
    return journal->is_old;
}

struct journal_mark journal_end(const struct journal *journal)
{
    return journal->end;
}

uint64_t journal_used_bytes(const struct journal *journal)
{
    uint64_t kept_position = atomic_load(&journal->kept_position);
    REQUIRE(journal->end.position >= kept_position);
    return journal->end.position - kept_position;
}

uint64_t journal_seen_bytes(const struct journal *journal)
{
    uint64_t kept_position = atomic_load(&journal->kept_position);
    uint64_t end_position = atomic_load(&journal->end_position);
    return end_position > kept_position ? end_position - kept_position : 0;
}

uint64_t journal_ring_bytes(const struct journal *journal)
{
    return journal->slot.checkpoint.ring_bytes;
}

enum status journal_checkpoint(struct journal *journal, struct journal_mark mark, const void *state,
                               size_t state_size, bool is_closed)
{
    REQUIRE(state_size <= JOURNAL_STATE_BYTES_MAX);
    REQUIRE(!journal->is_old);
    struct checkpoint *newest = &journal->slot.checkpoint;
    REQUIRE(mark.position >= newest->mark.position);
    REQUIRE(mark.sequence >= newest->mark.sequence);
    REQUIRE(mark.sequence >= 1);
    REQUIRE(state != newest->state);
    newest->number++;
    newest->epoch = journal->epoch;
    newest->mark = mark;
    newest->is_closed = is_closed;
    newest->flushed = atomic_load(&journal->flushed);
    newest->state_size = state_size;
    memcpy(newest->state, state, state_size);
    enum status err = slot_write(journal->fd, &journal->slot);
    if (err == STATUS_OK) atomic_store(&journal->kept_position, mark.position);
    return err;
}
