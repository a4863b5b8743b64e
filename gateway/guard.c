#include "gateway/guard.h"

#include <inttypes.h>
#include <stdlib.h>

#include "service/log.h"

enum { DOORS = 2 };

_Static_assert((int)TLS_PROBLEM_BYTES == (int)ACCESS_PROBLEM_BYTES, "one buffer serves both");

struct guard {
    struct access *access;
    struct rates *rates;
    struct gate gates[DOORS]; /* by is_for_admin, as the next */
    struct tls *tls[DOORS];
};

static const char *name_or_null(const char *name)
{
    return name[0] == '\0' ? NULL : name;
}

/* Administration takes nobody without a certificate. */
static bool open_tls(struct guard *guard, const struct options *options, char *ret_problem)
{
    struct tls_files files = {
        .certificate = options->certificate,
        .private_key = options->private_key,
        .client_authorities = name_or_null(options->client_authorities),
        .needs_client = options->needs_client,
    };
    if (options->certificate[0] == '\0') return true;
    guard->tls[false] = tls_open(&files, ret_problem);
    files.needs_client = files.client_authorities != NULL;
    if (guard->tls[false] != NULL) guard->tls[true] = tls_open(&files, ret_problem);
    return guard->tls[true] != NULL;
}

struct guard *guard_open(struct loop *loop, const struct options *options)
{
    char problem[TLS_PROBLEM_BYTES] = "out of memory";
    struct guard *guard = calloc(1, sizeof *guard);
    if (guard == NULL) return NULL;
    guard->rates = rates_open();
    guard->access = access_open(name_or_null(options->access), problem);
    if (guard->rates == NULL || guard->access == NULL || !open_tls(guard, options, problem)) {
        log_error("can't start: %s", problem);
        guard_close(guard);
        return NULL;
    }
    for (int i = 0; i < DOORS; i++)
        guard->gates[i] = (struct gate){
            .loop = loop, .access = guard->access, .rates = guard->rates, .is_for_admin = i == 1};
    return guard;
}

void guard_close(struct guard *guard)
{
    if (guard == NULL) return;
    for (int i = 0; i < DOORS; i++)
        tls_close(guard->tls[i]);
    access_close(guard->access);
    rates_close(guard->rates);
    free(guard);
}

struct gate *guard_gate(struct guard *guard, bool is_for_admin)
{
    return &guard->gates[is_for_admin];
}

struct tls *guard_tls(struct guard *guard, bool is_for_admin)
{
    return guard->tls[is_for_admin];
}

void guard_reload(struct guard *guard)
{
    char problem[TLS_PROBLEM_BYTES];
    bool is_read = access_reload(guard->access, problem);
    for (int i = 0; is_read && i < DOORS; i++)
        is_read = guard->tls[i] == NULL || tls_reload(guard->tls[i], problem);
    if (is_read)
        log_line("certificates and rules were read again");
    else
        log_error("some certificates or rules stay as they were: %s", problem);
}

void guard_tick(struct guard *guard, int64_t now_ms)
{
    uint64_t refused = guard->gates[false].refused + guard->gates[true].refused;
    rates_tick(guard->rates, now_ms);
    if (refused == 0) return;
    log_line("%" PRIu64 " requests were refused by key, role or rate", refused);
    guard->gates[false].refused = guard->gates[true].refused = 0;
}
