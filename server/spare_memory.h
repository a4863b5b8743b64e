/* spare_memory.h -- Returns freed memory to the system, which malloc would keep. */
#ifndef SERVER_SPARE_MEMORY_H
#define SERVER_SPARE_MEMORY_H

#include <stddef.h>

/** Tells malloc how much to keep: up to 12 MiB where it cannot be given back. Before there are
 * threads. */
void spare_memory_init(void);

/** The server is ready and serves nobody yet: what it has now is what it needs. If this is first
 * measured once a second, peers that come in the first second raise it, and what they leave behind
 * is kept for good. */
void spare_memory_note_start(void);

/** Resident memory of the process that is no file's; 0 if the system does not say. */
size_t spare_memory_private_bytes(void);

/** Call it once a second from one thread. Costs something only where the process has grown by
 * megabytes that are not known to be in use, and then every few seconds.
 * @param used_bytes  What of the process's memory is known to be in use. */
void spare_memory_give_back(size_t used_bytes);

#endif
