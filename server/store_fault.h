/* store_fault.h -- What the process says when LMDB's pages can't be read: a signal in the memory
 * that the data file is mapped into ends it with one line that names the store. */
#ifndef SERVER_STORE_FAULT_H
#define SERVER_STORE_FAULT_H

#include "store/store.h"

/** To be given to the store when it is opened. */
extern const struct store_watch store_fault_watch;

/** From now on SIGSEGV and SIGBUS in the map of the store are told in the log. The process then
 * ends by the signal, as it would have, and as it does for all other faults: those are mistakes of
 * ours. Once, before the store is opened. @param path  Of the data folder; kept. */
void store_fault_begin(const char *path);

#endif
