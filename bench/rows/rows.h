/* rows.h -- The rows of the table, in their order: neighbours can share a shop. */
#ifndef BENCH_ROWS_ROWS_H
#define BENCH_ROWS_ROWS_H

#include "bench/row.h"

extern const struct row row_claims_coalesced;
extern const struct row row_metrics_scraped;
extern const struct row row_log_claims;
extern const struct row row_log_claims_far;
extern const struct row row_log_apply;
extern const struct row row_log_takeover;
extern const struct row row_log_promotion;
extern const struct row row_log_hand_over;
extern const struct row row_claims_threads;
extern const struct row row_claims_single;
extern const struct row row_hold_latency_unloaded;
extern const struct row row_hold_latency_half_load;
extern const struct row row_claims_spread;
extern const struct row row_polls_single;
extern const struct row row_polls_coalesced;
extern const struct row row_log_polls;
extern const struct row row_seatmap_full;
extern const struct row row_seatmap_unchanged;
extern const struct row row_seatmap_delta;
extern const struct row row_journey;
extern const struct row row_mixed_onsale;
extern const struct row row_overload_64;
extern const struct row row_overload_300;
extern const struct row row_grpc_calls;
extern const struct row row_grpc_call_alone;
extern const struct row row_json_gets;

#endif
