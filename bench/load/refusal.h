/* refusal.h -- Says why operations were refused, once a load. */
#ifndef BENCH_LOAD_REFUSAL_H
#define BENCH_LOAD_REFUSAL_H

#include <onsale/onsale.h>
#include <stdatomic.h>

/** Prints the refusal on stderr unless one was printed before. Safe from any thread.
 * @param told  Clear at the start of the load. */
void refusal_tell(atomic_flag *told, const struct onsale_error *error);

#endif
