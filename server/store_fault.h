/* store_fault.h -- Reports damage of LMDB's pages: a signal in the memory map of the data file ends
 * the process with one line that names the store. */
#ifndef SERVER_STORE_FAULT_H
#define SERVER_STORE_FAULT_H

#include "store/store.h"

/** To be given to the store when it is opened. */
extern const struct store_watch store_fault_watch;

/** From now on SIGSEGV and SIGBUS in the map of the store are logged. The process then ends by the
 * signal, as it does for all other faults, which are mistakes of ours and not logged. Once, before
 * the store is opened. @param path  Of the data folder; kept. */
void store_fault_begin(const char *path);

#endif
