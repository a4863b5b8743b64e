#include "bench/load/refusal.h"

#include <stdio.h>

void refusal_tell(atomic_flag *told, const struct onsale_error *error)
{
    if (!atomic_flag_test_and_set(told))
        fprintf(stderr, " (refused: %s: %s)", error->reason, error->message);
}
