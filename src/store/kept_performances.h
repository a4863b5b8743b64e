/* kept_performances.h -- Performances and their states, as writes ask for them: every claim does.
 *
 * They are kept as the blocks of seats are (kept_seats.h): when a write ends the journal is told
 * which states were changed, and the tree only when reads are to see it. For src/store only. */
#ifndef STORE_KEPT_PERFORMANCES_H
#define STORE_KEPT_PERFORMANCES_H

#include <stdbool.h>
#include <stdint.h>

#include "model/catalog.h"
#include "store/bits.h"
#include "store/store.h"

enum { PERFORMANCES_KEPT = 256 };

/** Everything has one place where it can be; id 0: nothing is there. */
struct kept_performances {
    bool has_changes; /* of a write that has not ended well */
    struct performance performances[PERFORMANCES_KEPT];
    struct performance_state states[PERFORMANCES_KEPT];
    struct performance_state noted[PERFORMANCES_KEPT]; /* as the writes before this one left them */
    uint64_t
        is_changed[PERFORMANCES_KEPT / BITS_PER_WORD];    /* and not noted: a bit for each state */
    uint64_t is_noted[PERFORMANCES_KEPT / BITS_PER_WORD]; /* and not put */
};

/** Begins a write: forgets the changes of the one before if that gave up. */
void kept_performances_begin(struct kept_performances *kept);

/** Notes what this write has changed. To be called when it ends. */
void kept_performances_note(struct store_txn *txn);

/** Tells that the write ended well: what it changed is kept for the next one. */
void kept_performances_committed(struct kept_performances *kept);

/** Puts what was noted. To be called before a commit. */
void kept_performances_put(struct store_txn *txn);

/** Forgets everything: it was taken back, and what was noted before is put by other means. */
void kept_performances_forget(struct kept_performances *kept);

/** A performance and its state as they lie in the store: catalog.c. */
bool performance_read(struct store_txn *txn, uint32_t performance_id, struct performance *ret);
void performance_write(struct store_txn *txn, const struct performance *performance);
bool performance_state_read(struct store_txn *txn, uint32_t performance_id,
                            struct performance_state *ret);
void performance_state_write(struct store_txn *txn, const struct performance_state *state);

/** The two halves of performance_state_write: see record_put_noted. */
void performance_state_note(struct store_txn *txn, const struct performance_state *state);
void performance_state_write_noted(struct store_txn *txn, const struct performance_state *state);

#endif
