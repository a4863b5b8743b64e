/* failing_malloc.h -- Makes one allocation of the code under test fail.
 * Works on what is linked statically into the test: link it with failing_malloc_dep. */
#ifndef LIB_FAILING_MALLOC_H
#define LIB_FAILING_MALLOC_H

#include <stdbool.h>
#include <stddef.h>

/** From now on the allocation with this number fails, 1 being the next. */
void failing_malloc_arm(size_t number);

/** No allocation fails any more. @return Whether one did. */
bool failing_malloc_disarm(void);

#endif
