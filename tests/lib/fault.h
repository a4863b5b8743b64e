/* fault.h -- Makes a disk fail: whatever program links fault.c has its writes, flushes and
 * allocations of disk space counted, those of liblmdb too, and one of them fails when told so. */
#ifndef TESTS_LIB_FAULT_H
#define TESTS_LIB_FAULT_H

#include <stdbool.h>

enum fault_scope { FAULT_ONCE, FAULT_FROM_THEN_ON };

/** Lets the call after `calls` good ones fail with this errno. */
void fault_arm(unsigned calls, int error, enum fault_scope scope);

/** Lets only fallocate fail, from the first call on. */
void fault_arm_full_disk(void);

/** Lets the pread after `calls` good ones fail, once, with EIO. */
void fault_arm_reads(unsigned calls);

/** Lets all calls succeed again. @return Whether any failed. */
bool fault_disarm(void);

#endif
