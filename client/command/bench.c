/* bench.c -- onsale bench */
#include "client/command/bench.h"

#include <string.h>
#include <time.h>

enum { CALLERS_DEFAULT = 16, DURATION_MS_DEFAULT = 10 * 1000, NS_PER_MS = 1000 * 1000 };

static const char mix_default[] = "concerts";

int64_t bench_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 * NS_PER_MS + now.tv_nsec;
}

/* splitmix64. */
uint64_t bench_random(struct bench *bench)
{
    uint64_t mixed = bench->random += 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

/* "1001-2000", or one number. */
static bool read_users(const char *text, struct bench_values *values)
{
    size_t length = strcspn(text, "-");
    const char *dash = text + length;
    uint64_t first, last;
    if (!number_parse(text, length, &first)) return false;
    last = first;
    if (*dash != '\0' && !number_parse(dash + 1, strlen(dash + 1), &last)) return false;
    if (first == 0 || last < first || last > INT64_MAX) return false;
    values->first_user = first;
    values->users = last - first + 1;
    return true;
}

static bool read_options(struct bench *bench)
{
    struct run *run = bench->run;
    const struct arguments *arguments = &run->arguments;
    char problem[PROBLEM_BYTES];
    const char *mix = arguments_text(arguments, PARAMETER_MIX);
    const char *users = arguments_text(arguments, PARAMETER_OF_USERS);
    bench->rate = arguments_number(arguments, PARAMETER_RATE, 0);
    bench->callers = arguments_number(arguments, PARAMETER_CALLERS, CALLERS_DEFAULT);
    bench->duration_ns =
        (int64_t)arguments_number(arguments, PARAMETER_FOR, DURATION_MS_DEFAULT) * NS_PER_MS;
    bench->values.concert_id = (uint32_t)arguments_number(arguments, PARAMETER_ON_CONCERT, 0);
    bench->values.performance_id =
        (uint32_t)arguments_number(arguments, PARAMETER_ON_PERFORMANCE, 0);
    if (bench->rate > 0 && arguments_has(arguments, PARAMETER_CALLERS))
        return run_fail(run, ONSALE_ARGUMENT_INVALID,
                        "--rate is an open loop and --callers a closed one: one of them");
    if (users != NULL && !read_users(users, &bench->values))
        return run_fail(run, ONSALE_ARGUMENT_INVALID,
                        "--users must be numbers of users as in 1001-2000");
    if (!mix_parse(mix == NULL ? mix_default : mix, &bench->mix, problem, sizeof problem))
        return run_fail(run, ONSALE_ARGUMENT_INVALID, "%s", problem);
    return true;
}

enum exit_code bench_run(struct run *run)
{
    struct bench *bench = run_alloc(run, 1, sizeof *bench);
    bench->run = run;
    bench->random = (uint64_t)bench_clock_ns();
    bench->tells_progress = terminal_of(stderr).is_terminal && !run->json;
    if (!read_options(bench) || !bench_open_targets(bench) || !bench_prepare(bench))
        return run_refused(run);
    bench_load(bench);
    bench_report(bench);
    return EXIT_CODE_OK;
}
