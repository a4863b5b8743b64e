#include "log/postgres/postgres.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/require.h"
#include "log/postgres/inside.h"

static int64_t now_ns(struct log_engine *engine)
{
    (void)engine;
    return session_now_ns();
}

/* As a UUID of version 4. */
static void draw_batch(struct log_engine *engine, uint8_t ret_batch[LOG_BATCH_BYTES])
{
    (void)engine;
    REQUIRE(getrandom(ret_batch, LOG_BATCH_BYTES, 0) == LOG_BATCH_BYTES);
    ret_batch[6] = (uint8_t)((ret_batch[6] & 0x0f) | 0x40);
    ret_batch[8] = (uint8_t)((ret_batch[8] & 0x3f) | 0x80);
}

static void close_engine(struct log_engine *engine)
{
    struct postgres *postgres = (struct postgres *)engine;
    session_lose(&postgres->append);
    session_lose(&postgres->follow);
    session_lose(&postgres->office_any);
    session_lose(&postgres->office_primary);
    session_lose(&postgres->keeping);
    pthread_mutex_destroy(&postgres->office_lock);
    hosts_deinit(&postgres->hosts);
    free(postgres);
}

static const struct log_engine_methods methods = {
    .insert = postgres_insert,
    .look = postgres_look,
    .erase = postgres_erase,
    .barrier = postgres_barrier,
    .abandon = postgres_abandon,
    .heads = postgres_heads,
    .bodies = postgres_bodies,
    .begin = postgres_begin,
    .read_elsewhere = postgres_read_elsewhere,
    .claim = postgres_claim,
    .check = postgres_check,
    .report = postgres_report,
    .needed = postgres_needed,
    .oldest = postgres_oldest,
    .trim = postgres_trim,
    .now_ns = now_ns,
    .draw_batch = draw_batch,
    .close = close_engine,
};

static void init_sessions(struct postgres *postgres)
{
    session_init(&postgres->append, &postgres->hosts, true);
    session_init(&postgres->follow, &postgres->hosts, false);
    session_init(&postgres->office_any, &postgres->hosts, false);
    session_init(&postgres->office_primary, &postgres->hosts, true);
    session_init(&postgres->keeping, &postgres->hosts, true);
    postgres->reading = &postgres->follow;
}

enum status log_postgres_open(const struct log_postgres_settings *settings,
                              char ret_problem[LOG_PROBLEM_BYTES], struct log **ret_log)
{
    struct postgres *postgres = calloc(1, sizeof *postgres);
    if (postgres == NULL) return STATUS_OUT_OF_MEMORY;
    enum status err = hosts_init(&postgres->hosts, settings->url, ret_problem);
    if (err != STATUS_OK || pthread_mutex_init(&postgres->office_lock, NULL) != 0) {
        free(postgres);
        return err != STATUS_OK ? err : STATUS_OUT_OF_MEMORY;
    }
    postgres->engine.methods = &methods;
    postgres->engine.fresh_ms = FRESH_MS;
    postgres->engine.is_plain = settings->is_plain;
    memcpy(postgres->shop, settings->shop, sizeof postgres->shop);
    postgres->trusts_engine = settings->trusts_engine;
    init_sessions(postgres);
    *ret_log = log_make(&postgres->engine);
    if (*ret_log != NULL) return STATUS_OK;
    close_engine(&postgres->engine);
    return STATUS_OUT_OF_MEMORY;
}
