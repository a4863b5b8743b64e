/* curves.h -- How the server does as something grows. */
#ifndef BENCH_CURVES_CURVES_H
#define BENCH_CURVES_CURVES_H

#include "bench/curve.h"

extern const struct curve_row curve_claims_by_callers;
extern const struct curve_row curve_latency_by_load;
extern const struct curve_row curve_polls_by_waiting;
extern const struct curve_row curve_costs_by_seats_sold;
extern const struct curve_row curve_stall_by_holds_swept;

#endif
