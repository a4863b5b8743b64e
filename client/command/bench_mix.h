/* bench_mix.h -- What a bench calls: names with weights, "enter=1,poll=8". Pure. */
#ifndef CLIENT_COMMAND_BENCH_MIX_H
#define CLIENT_COMMAND_BENCH_MIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MIX_ENTRIES_MAX = 16, MIX_NAME_BYTES = 96, MIX_WEIGHT_MAX = 1000000 };

struct mix_entry {
    char name[MIX_NAME_BYTES];
    uint64_t weight; /* 1..MIX_WEIGHT_MAX */
};

struct mix {
    size_t count;
    uint64_t weights; /* together */
    struct mix_entry entries[MIX_ENTRIES_MAX];
};

/** Reads a mix. A name without "=" has the weight 1; none may come twice.
 * @param ret_mix      Set if true is returned only.
 * @param ret_problem  Set if false is returned only: what is wrong. */
bool mix_parse(const char *text, struct mix *ret_mix, char *ret_problem, size_t problem_size);

/** The entry that a random number falls on: each in the measure of its weight. */
size_t mix_pick(const struct mix *mix, uint64_t random);

#endif
