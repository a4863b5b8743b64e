/* simulation_test.c -- test_simulation [commands [seed]]: random commands to the server and to the
 * reference. The seed may also be in ONSALE_SEED. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/require.h"
#include "tests/sim/simulation.h"

/* The reference scans its arrays: a new server now and then keeps them short. */
enum { COMMANDS_DEFAULT = 200 * 1000, COMMANDS_PER_SERVER = 8000 };

struct options {
    uint64_t commands;
    uint64_t seed;
};

static void run_one(uint64_t seed, uint64_t commands, uint64_t *ret_ok, uint64_t *ret_refused)
{
    struct simulation *simulation = calloc(1, sizeof *simulation);
    assert_non_null(simulation);
    simulation_run(simulation, seed, commands);
    *ret_ok += simulation->answered_ok;
    *ret_refused += simulation->answered_refused;
    free(simulation);
}

static void the_server_answers_as_the_reference_does(void **state)
{
    const struct options *options = *state;
    uint64_t ok = 0, refused = 0;
    printf("%" PRIu64 " commands, ONSALE_SEED=%" PRIu64 "\n", options->commands, options->seed);
    fflush(stdout);
    uint64_t seed = options->seed;
    for (uint64_t left = options->commands; left > 0; seed++) {
        uint64_t commands = left < COMMANDS_PER_SERVER ? left : COMMANDS_PER_SERVER;
        run_one(seed, commands, &ok, &refused);
        left -= commands;
    }
    printf("%" PRIu64 " succeeded, %" PRIu64 " were refused, as the reference said\n", ok, refused);
    assert_true(ok + refused >= options->commands);
}

static uint64_t choose_seed(int argc, char **argv)
{
    if (argc > 2) return strtoull(argv[2], NULL, 10);
    const char *wanted = getenv("ONSALE_SEED");
    return wanted != NULL ? strtoull(wanted, NULL, 10) : (uint64_t)time(NULL);
}

int main(int argc, char **argv)
{
    struct options options = {
        .commands = argc > 1 ? strtoull(argv[1], NULL, 10) : COMMANDS_DEFAULT,
        .seed = choose_seed(argc, argv),
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(the_server_answers_as_the_reference_does, &options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
