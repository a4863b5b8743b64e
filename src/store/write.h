/* write.h -- The transaction of the writer, for those who follow a log. For src/store only. */
#ifndef STORE_WRITE_H
#define STORE_WRITE_H

#include "store/store.h"

/** Finds room, and begins the transaction if none is open. @return As store_execute. */
enum status write_begin(struct store *store);

/** Aborts it: what was executed and not committed never happened. */
void write_drop_pending(struct store *store);

#endif
