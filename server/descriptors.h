/* descriptors.h -- Raises the limit of open files to what the connections need. */
#ifndef SERVER_DESCRIPTORS_H
#define SERVER_DESCRIPTORS_H

#include <stdint.h>

/** Raises the process's limit of open files as far as connections need it and the system lets it;
 * the log says if that is too little. Without it, connections of one socket would use up the
 * descriptors of the others.
 * @param connections_max  Of all sockets together. */
void descriptors_provide(uint64_t connections_max);

#endif
