/* power.h -- A disk that loses power: whatever program links power.c has the writes and flushes of
 * one data folder watched, those of liblmdb too. At the cut a new folder is made as the disk could
 * have it: all that was flushed, and of what was only written any part, by pages or by sectors.
 * For one thread. */
#ifndef TESTS_STORE_POWER_H
#define TESTS_STORE_POWER_H

#include <stdbool.h>
#include <stdint.h>

/** Begins to watch. All that is in `folder`, which need not be there, is on disk.
 * @param after  Folder to be made at the cut. Both paths are kept until power_end.
 * @param calls  The cut comes in the middle of the call after so many. */
void power_begin(const char *folder, const char *after, unsigned calls, uint64_t seed);

/** Lets the cut come after so many calls from now, unless it is to come before. */
void power_cut_after(unsigned calls);

/** Cuts now, if it has not been cut. */
void power_cut(void);

bool power_is_cut(void);

/** Calls `act` when the next flush of the data file has ended and its caller does not know yet: so
 * that one thread can do what others may do beside it. Once. */
void power_act_after_flush(void (*act)(void *context), void *context);

/** Ends watching. */
void power_end(void);

#endif
