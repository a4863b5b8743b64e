/* system.h -- The machine's clocks and randomness, as the engine's world wants them. */
#ifndef SERVER_SYSTEM_H
#define SERVER_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

enum { NS_PER_SECOND = 1000000000, NS_PER_MS = 1000000 };

/** The system clock, which may be set. `context` is not used, here and below. Any thread. */
unix_ms system_clock_ms(void *context);

/** A clock that nobody sets. It goes on while the machine sleeps: waking up is no jump. */
int64_t system_monotonic_ms(void *context);

/** A clock that nobody sets and that stands while the machine sleeps: for how long work takes. */
int64_t system_ticks_ns(void);

/** Unpredictable bytes. */
void system_entropy(void *context, uint8_t *bytes, size_t size);

#endif
