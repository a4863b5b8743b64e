/* tally.h -- Counts calls and measures how long they took. Safe from any thread. */
#ifndef CLIENT_DEMO_TALLY_H
#define CLIENT_DEMO_TALLY_H

#include <stdatomic.h>
#include <stdint.h>

#include <onsale/onsale.h>

enum { TALLY_CALLS_MAX = 100 * 1000 };

struct tally {
    atomic_size_t calls;      /* all of them; long polls too */
    atomic_size_t seat_taken; /* refused with SEAT_TAKEN */
    atomic_size_t paid;       /* reservations */
    atomic_size_t left;       /* users who left the queue */
    atomic_size_t measured;   /* entries of took_us */
    uint32_t took_us[TALLY_CALLS_MAX];
};

/** A clock that only runs forward. Unit: microseconds. */
int64_t tally_clock_us(void);

/** Counts a call that was made at `began_us` and has just ended. */
void tally_add(struct tally *tally, int64_t began_us, enum onsale_status status);

/** Counts a call that had to wait for something: its time says nothing. */
void tally_add_wait(struct tally *tally);

/** Time that this share of the measured calls stayed within.
 * @param percent  1..100. Sorts took_us: call it when no call is under way.
 * @return Unit: microseconds; 0 if nothing was measured. */
uint32_t tally_percentile_us(struct tally *tally, unsigned percent);

#endif
