/* contract.h -- What every log does, whatever engine keeps it. */
#ifndef TESTS_LOG_CONTRACT_H
#define TESTS_LOG_CONTRACT_H

#include "tests/log/world.h"

/** A case. It fails with the rule left out, if it names one. */
struct contract {
    const char *what;
    void (*hold)(struct world *world);
};

/** A line of a list of cases. */
#define CASE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }

extern const struct contract contracts[];
extern const size_t contracts_count;

#endif
