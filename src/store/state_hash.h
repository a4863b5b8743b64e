/* state_hash.h -- A mark is an entry of the log at which all replicas hash their records: those of
 * the snapshot that its commit makes. So it is committed by itself. For src/store only. */
#ifndef STORE_STATE_HASH_H
#define STORE_STATE_HASH_H

#include "store/inside.h"

/** The entry of this index, which was just executed, is a mark. The writer's. */
void state_hash_mark(struct store *store, uint64_t index);

/** After each commit of a store with a log: keeps the snapshot if it is that of a mark. The
 * writer's. */
void state_hash_note_commit(struct store *store);

/** Lets the snapshot go, if there is one. Nobody may be hashing it. */
void state_hash_drop(struct store *store);

/** Whether store_condemn was called for the folder, by whatever process. */
bool state_hash_is_condemned(const struct store *store);

#endif
