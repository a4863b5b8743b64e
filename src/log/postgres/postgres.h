/* postgres.h -- The log in tables of PostgreSQL, or of an engine that speaks like it.
 *
 * The URL is a libpq URI or conninfo string; of several hosts each session takes one, and finds the
 * one that takes writes by itself. All of them are connected to at once, and every operation has a
 * deadline of its own. Names of hosts are looked up by the system's resolver, which may take its
 * time: addresses never do.
 *
 *   onsale_shop    whose log it is, its version, index of its first entry
 *   onsale_leader  the epoch claimed last, by whom: nothing relies on more than that epochs grow
 *   onsale_log     a line for each row: see log/row.h */
#ifndef LOG_POSTGRES_POSTGRES_H
#define LOG_POSTGRES_POSTGRES_H

#include <stdbool.h>

#include "log/log.h"

struct log_postgres_settings {
    const char *url;
    uint8_t shop[LOG_SHOP_BYTES]; /* whose log it must be; all 0: any */
    bool trusts_engine;           /* log_check does not ask whether commits are synchronous: for an
                                   * engine that replicates below PostgreSQL, and for tests */
    bool is_plain;                /* rows are not compressed: to measure what that is worth */
};

/* --- engine.c --------------------------------------------------------------------------------- */

/** Connects to nothing yet.
 * @return STATUS_OK; STATUS_LOG_UNFIT: the URL can't be understood, with the problem;
 * STATUS_OUT_OF_MEMORY. */
enum status log_postgres_open(const struct log_postgres_settings *settings,
                              char ret_problem[LOG_PROBLEM_BYTES], struct log **ret_log);

/* --- init.c ----------------------------------------------------------------------------------- */

/** Makes the tables, if they are not there, and says in them whose log it is. Once more comes to
 * the same.
 * @param shop         Whose; all 0: whose it is already, or a new one's.
 * @param first_index  From which on it is to have entries, 1..: the caller has those below. A log
 *                     that was made before may begin earlier. With entries below and no shop the
 *                     caller's history is none of a log that was made before.
 * @return STATUS_OK; STATUS_LOG_AWAY; STATUS_LOG_UNFIT: it is another shop's, of another version,
 * or has entries already and begins later; both with the problem; STATUS_OUT_OF_MEMORY. */
enum status log_postgres_init(const char *url, const uint8_t shop[LOG_SHOP_BYTES],
                              uint64_t first_index, uint8_t ret_shop[LOG_SHOP_BYTES],
                              char ret_problem[LOG_PROBLEM_BYTES]);

/** Whose log it is, and where it begins. @return As log_postgres_init; STATUS_LOG_UNFIT if the host
 * that takes writes says so. */
enum status log_postgres_shop(const char *url, uint8_t ret_shop[LOG_SHOP_BYTES],
                              uint64_t *ret_first_index, char ret_problem[LOG_PROBLEM_BYTES]);

#endif
