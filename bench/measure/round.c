#include "bench/measure/round.h"

#include <inttypes.h>
#include <stdio.h>

double round_rate(const struct round *round)
{
    return round->seconds > 0 ? (double)round->operations / round->seconds : 0;
}

void round_take_latencies(struct round *round, const struct latencies *histogram)
{
    round->p50_ns = latencies_quantile_ns(histogram, 0.5);
    round->p90_ns = latencies_quantile_ns(histogram, 0.9);
    round->p99_ns = latencies_quantile_ns(histogram, 0.99);
    round->p999_ns = latencies_quantile_ns(histogram, 0.999);
    round->max_ns = histogram->max_ns;
}

void round_print(const struct round *round)
{
    printf("%" PRIu64 " %" PRIu64 " %.9f", round->operations, round->refused, round->seconds);
    printf(" %" PRIu64 " %" PRIu64 " %" PRIu64, round->p50_ns, round->p90_ns, round->p99_ns);
    printf(" %" PRIu64 " %" PRIu64 "\n", round->p999_ns, round->max_ns);
}

bool round_scan(const char *line, struct round *ret_round)
{
    struct round round;
    int fields = sscanf(line,
                        "%" SCNu64 " %" SCNu64 " %lf %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
                        " %" SCNu64,
                        &round.operations, &round.refused, &round.seconds, &round.p50_ns,
                        &round.p90_ns, &round.p99_ns, &round.p999_ns, &round.max_ns);
    if (fields == 8) *ret_round = round;
    return fields == 8;
}
