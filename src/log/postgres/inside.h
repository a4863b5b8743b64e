/* inside.h -- The parts of the log in PostgreSQL. For src/log/postgres only. */
#ifndef LOG_POSTGRES_INSIDE_H
#define LOG_POSTGRES_INSIDE_H

#include <pthread.h>

#include "log/postgres/postgres.h"
#include "log/postgres/session.h"
#include "log/postgres/values.h"

enum {
    SHARD = 1, /* the only one so far */
    SCHEMA_VERSION = 1,
    APPEND_MS = 1000, /* how long an append may take, beside a millisecond for so many bytes: */
    APPEND_BYTES_PER_MS = 4096,
    READ_MS = 1000,
    READ_BODIES_MS = 5000,
    CONNECT_TO_READ_MS = 200, /* then following comes back, and goes on connecting the next time */
    CONNECT_TO_CHECK_MS = 1500,
    STATEMENT_MS = 5000,
    KEEP_MS = 1000,
    FRESH_MS = 2000, /* servers keep what is younger than 10 s at least */
};

/** Each needs a number of its own: those of one session, at least. */
enum {
    STATEMENT_INSERT,
    STATEMENT_LOOK,
    STATEMENT_ERASE,
    STATEMENT_BARRIER,
    STATEMENT_HEADS,
    STATEMENT_BODIES,
    STATEMENT_SHOP,
    STATEMENT_EPOCH,
    STATEMENT_CLAIM,
    STATEMENT_SETTINGS,
    STATEMENT_STANDBYS,
    STATEMENT_REPORT,
    STATEMENT_NEEDED,
    STATEMENT_OLDEST,
    STATEMENT_TRIM_NOTE,
    STATEMENT_TRIM,
};

struct postgres {
    struct log_engine engine; /* the first member */
    struct hosts hosts;
    uint8_t shop[LOG_SHOP_BYTES];
    bool trusts_engine;
    struct session append;         /* of the thread that flushes */
    struct session follow;         /* of the thread that follows: whichever host */
    struct session *reading;       /* where heads were read last: follow, or office_primary */
    pthread_mutex_t office_lock;   /* of these two */
    struct session office_any;     /* whichever host */
    struct session office_primary; /* the one that takes writes */
    struct session keeping;        /* likewise; of who reports and trims */
};

/* --- sending.c -------------------------------------------------------------------------------- */

enum log_answer postgres_insert(struct log_engine *engine, const struct log_row *row,
                                int64_t until_ns);
enum log_answer postgres_look(struct log_engine *engine, uint64_t index, int64_t until_ns,
                              bool *ret_is_there, struct log_row_head *ret_head);
enum log_answer postgres_erase(struct log_engine *engine, const struct log_row_head *head,
                               int64_t until_ns);
enum log_answer postgres_barrier(struct log_engine *engine, int64_t until_ns);
void postgres_abandon(struct log_engine *engine);

/* --- reading.c -------------------------------------------------------------------------------- */

enum status postgres_heads(struct log_engine *engine, struct log_place after, bool to_end,
                           struct log_row_head *ret_heads, size_t max, size_t *ret_count,
                           char ret_problem[LOG_PROBLEM_BYTES]);
enum status postgres_bodies(struct log_engine *engine, uint64_t first, uint64_t last,
                            enum status (*visit)(void *context, const struct log_row *row),
                            void *context, char ret_problem[LOG_PROBLEM_BYTES]);
enum status postgres_begin(struct log_engine *engine, uint64_t *ret_index,
                           char ret_problem[LOG_PROBLEM_BYTES]);
void postgres_read_elsewhere(struct log_engine *engine);

/** What postgres_read_head reads. */
#define HEAD_COLUMNS                                                                               \
    "idx, count, epoch, batch, durable_idx, time_ms, format, crc, octet_length(body)"

/** The head that a line of onsale_log has in these columns: idx, count, epoch, batch, durable_idx,
 * time_ms, format, crc, and the size of the body. */
void postgres_read_head(const PGresult *result, int line, struct log_row_head *ret_head);

/* --- shop.c ----------------------------------------------------------------------------------- */

/** What onsale_shop says.
 * @return STATUS_OK; STATUS_LOG_AWAY; STATUS_LOG_UNFIT: nothing, or of another version; both with
 * the problem. */
enum status postgres_read_shop(struct session *session, int64_t connect_ms,
                               uint8_t ret_shop[LOG_SHOP_BYTES], uint64_t *ret_first_index,
                               char ret_problem[LOG_PROBLEM_BYTES]);

/* --- office.c --------------------------------------------------------------------------------- */

enum status postgres_claim(struct log_engine *engine, const char *holder, uint64_t *ret_epoch);

/* --- keeping.c ---------------------------------------------------------------------------------
 */

enum status postgres_report(struct log_engine *engine, const char *node, uint64_t index);
enum status postgres_needed(struct log_engine *engine, int64_t silent_ms, uint64_t *ret_index);
enum status postgres_oldest(struct log_engine *engine, struct log_row_head *ret_heads, size_t max,
                            size_t *ret_count, uint64_t *ret_begin);
enum status postgres_trim(struct log_engine *engine, uint64_t begin);

/* --- check.c ---------------------------------------------------------------------------------- */

enum status postgres_check(struct log_engine *engine, bool to_lead,
                           char ret_problem[LOG_PROBLEM_BYTES]);

#endif
