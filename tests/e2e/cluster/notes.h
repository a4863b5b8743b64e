/* notes.h -- What callers of several servers see, written down as it happens, for script/torture:
 *
 *   events  MS slow DURATION      a call that took so many milliseconds from then on
 *           MS count NUMBER       so many writes were acknowledged by then
 *           MS lost|twice|wrong   what must not be; the rest of the line says what
 *   seats   calls on seats, as tests/lib/linear/linear.py reads them
 *
 * MS is milliseconds since 1970. All functions are safe from any thread. */
#ifndef TESTS_E2E_CLUSTER_NOTES_H
#define TESTS_E2E_CLUSTER_NOTES_H

#include <stdint.h>

#include "tests/e2e/calls.h"

enum { SLOW_MS = 100 };

/** Makes the files in a folder. */
void notes_open(const char *folder);

/** Microseconds on one clock. */
int64_t notes_now_us(void);

/** A call has got its answer. @param is_write  It is counted as acknowledged. */
void notes_answered(int64_t called_us, bool is_write);

/** A call on a seat has got its answer.
 * @param call  As linear.py names it, as the result. @param id  NULL: of a read. */
void notes_seat(uint32_t seat, const char *call, const struct caller_id *id, int64_t called_us,
                const char *result);

/** What must not be. @param kind  "lost", "twice" or "wrong". */
__attribute__((format(printf, 2, 3))) void notes_wrong(const char *kind, const char *format, ...);

/** Writes down how many were acknowledged so far. */
void notes_count(void);

/** Closes the files. @return Whether nothing was lost, twice or wrong; prints how much was. */
bool notes_close(void);

#endif
