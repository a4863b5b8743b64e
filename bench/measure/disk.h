/* disk.h -- What the disk does by itself. */
#ifndef BENCH_MEASURE_DISK_H
#define BENCH_MEASURE_DISK_H

#include <stdbool.h>
#include <stddef.h>

/** Writes to a file of its own as a server with a journal does: small writes one after the other,
 * over blocks that the file has already, each on disk before the next. The file is left for the
 * next time: to free it would keep the disk busy beside whatever is measured then.
 * @param rate    Writes a second, as far as the disk keeps up.
 * @param ret_ms  The longest of them.
 * @return False if the file can't be written: said why on stderr. */
bool disk_longest_write_ms(const char *folder, size_t bytes, double rate, double seconds,
                           double *ret_ms);

#endif
