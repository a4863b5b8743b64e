/* cluster_test.c -- test_cluster [seeds [first]]: a cluster in trouble loses nothing, does nothing
 * twice, and tells nobody what was not. ONSALE_CLUSTER_SEEDS asks for more seeds. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/lib/temp_folder.h"
#include "tests/sim/cluster.h"
#include "tests/sim/cluster_run.h"

enum { SEEDS_DEFAULT = 500 };

struct options {
    uint64_t seeds;
    uint64_t first;
};

static void nothing_is_lost_whatever_fails(void **state)
{
    const struct options *options = *state;
    struct cluster_tally tally = {0};
    char complaint[COMPLAINT_BYTES];
    uint64_t index;
    char *folder = cluster_make_folder(&index);
    for (uint64_t seed = options->first; seed < options->first + options->seeds; seed++)
        if (!cluster_run(seed, folder, index, &tally, complaint))
            fail_msg("seed %" PRIu64 ": %s", seed, complaint);
    printf("%" PRIu64 " seeds: %" PRIu64 " entries, %" PRIu64 " takeovers, %" PRIu64
           " charges acknowledged, %" PRIu64 " reads, %" PRIu64 " polls, %" PRIu64
           " rows trimmed\n",
           options->seeds, tally.entries, tally.takeovers, tally.charged, tally.read, tally.polled,
           tally.trimmed);
    assert_true(tally.charged > options->seeds);
    assert_true(tally.read > options->seeds);
    assert_true(tally.takeovers > options->seeds);
    assert_int_equal(tally.hashes, CLUSTER_NODES * options->seeds);
    assert_true(tally.trimmed > options->seeds);
    temp_folder_remove(folder);
}

int main(int argc, char **argv)
{
    const char *wanted = getenv("ONSALE_CLUSTER_SEEDS");
    struct options options = {SEEDS_DEFAULT, 1};
    if (wanted != NULL) options.seeds = strtoull(wanted, NULL, 10);
    if (argc > 1) options.seeds = strtoull(argv[1], NULL, 10);
    if (argc > 2) options.first = strtoull(argv[2], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(nothing_is_lost_whatever_fails, &options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
