/* wait_until.h -- Waiting for what another process does: a condition, looked at again and again. */
#ifndef TESTS_E2E_WAIT_UNTIL_H
#define TESTS_E2E_WAIT_UNTIL_H

#include <stdbool.h>

/** Looks at a condition until it is true, for half a minute at most.
 * @return Whether it came true. */
bool wait_until(bool (*condition)(void *context), void *context);

#endif
