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
enum { COMMANDS_DEFAULT = 200 * 1000, COMMANDS_PER_SERVER = 8000, COMMANDS_FOR_ALL = 100 * 1000 };

struct options {
    uint64_t commands;
    uint64_t seed;
};

/* What the answers of all servers came to. */
struct tally {
    uint64_t ok;
    uint64_t refused;
    uint64_t ok_of_method[METHODS_MAX];
};

static void run_one(uint64_t seed, uint64_t commands, struct tally *tally)
{
    struct simulation *simulation = calloc(1, sizeof *simulation);
    assert_non_null(simulation);
    simulation_run(simulation, seed, commands);
    tally->ok += simulation->answered_ok;
    tally->refused += simulation->answered_refused;
    for (size_t i = 0; i < METHODS_MAX; i++)
        tally->ok_of_method[i] += simulation->ok_of_method[i];
    free(simulation);
}

/* A method that the reference knows and nobody calls would be judged by nothing. */
static void assert_all_were_called(const struct tally *tally)
{
    assert_true(model_methods_count <= METHODS_MAX);
    for (size_t i = 0; i < model_methods_count; i++)
        if (tally->ok_of_method[i] == 0)
            fail_msg("%s has succeeded not once: see tests/sim/requests.h", model_methods[i].name);
}

static void the_server_answers_as_the_reference_does(void **state)
{
    const struct options *options = *state;
    struct tally tally = {0};
    printf("%" PRIu64 " commands, ONSALE_SEED=%" PRIu64 "\n", options->commands, options->seed);
    fflush(stdout);
    uint64_t seed = options->seed;
    for (uint64_t left = options->commands; left > 0; seed++) {
        uint64_t commands = left < COMMANDS_PER_SERVER ? left : COMMANDS_PER_SERVER;
        run_one(seed, commands, &tally);
        left -= commands;
    }
    printf("%" PRIu64 " succeeded, %" PRIu64 " were refused, as the reference said\n", tally.ok,
           tally.refused);
    assert_true(tally.ok + tally.refused >= options->commands);
    if (options->commands >= COMMANDS_FOR_ALL) assert_all_were_called(&tally);
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
