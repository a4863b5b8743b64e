/* upgrade.h -- Brings a store that an older server wrote to the present format. For src/store only.
 *
 * The table of format.c lists the steps from each format to the next one. A step goes through the
 * records of one tree in the order of their keys, a slice of them in each transaction, which also
 * stores the place where to go on. Memory and the room for a transaction are bounded by the slice,
 * not by the store. A step that moves records gathers some first and stores the place when all of
 * them are put: after a crash they are gathered again, and putting them again comes to the same.
 *
 * The journal has nothing of it. Every few slices a checkpoint is made, as one is at the end: after
 * a crash at any moment the store is as it was at a checkpoint, and the next opening goes on from
 * the place that it has. The first transaction raises the format: from then on no older server
 * takes for a store of its own what is changed in part. */
#ifndef STORE_UPGRADE_H
#define STORE_UPGRADE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/record.h"
#include "store/store.h"

/** What a step does with one record: leave it, put it anew, also under another key or in another
 * tree, or delete it. Called once for each record that has been in the tree since the step began;
 * also for one that it has put there itself, if its key is greater. A record may have either form,
 * of the format before the step or after it, if the journal had some of it to be done again.
 * @param value  Lies in the store: unpack it before anything is put or deleted. If that fails the
 * record stays as it is. */
typedef void upgrade_change(struct store_txn *txn, enum tree tree, const struct key *key,
                            struct reader value);

struct upgrade_mover; /* upgrade_moves.h */

struct upgrade_step {
    uint32_t format;  /* that it leads to, from the one before */
    const char *name; /* what it changes, for people */
    enum tree tree;   /* of TREE_META the format and the place are not to be changed */
    upgrade_change *change;
    const struct upgrade_mover *mover; /* instead of `change`, which is NULL then */
};

/** All steps from STORE_FORMAT_OLDEST on, in order. A row that was released never moves and never
 * goes: places name it. A format may have several; each has one at least. */
extern const struct upgrade_step upgrade_steps[];
extern const unsigned upgrade_steps_count;

/** The changes of format 2. */
extern const struct upgrade_mover upgrade_ledger_ids;
upgrade_change upgrade_waiting_timer, upgrade_queue;

/** That of format 3. */
upgrade_change upgrade_head;

/** Runs the steps that the store needs; none if it has the present format.
 * @param store  Recovered: all of it is on disk with its checkpoint. No readers yet.
 * @param ret_from  The format that it had, or whose upgrade was under way; 0 if the present one.
 * @return STATUS_OK: all is on disk with a checkpoint; STATUS_STORAGE_FULL; STATUS_STORE_DAMAGED;
 * STATUS_STORAGE_FAILED; STATUS_OUT_OF_MEMORY: opening it again goes on. */
enum status upgrade_run(struct store *store, const struct store_options *options,
                        uint32_t *ret_from);

#endif
