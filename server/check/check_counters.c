#include <inttypes.h>

#include "server/check/finding.h"
#include "server/check/index.h"

static void check_counter(struct checker *checker, const char *name, uint64_t counted,
                          uint64_t found)
{
    if (counted != found)
        check_found(checker, "counter-wrong", "%s: %" PRIu64 " counted, %" PRIu64 " found", name,
                    counted, found);
}

void check_counters(struct checker *checker)
{
    struct store_meta meta = meta_get(checker->txn);
    const struct check_report *report = checker->report;
    check_counter(checker, "users", meta.users, report->wallets_checked);
    check_counter(checker, "reservations", meta.reservations, report->reservations_checked);
    check_counter(checker, "tickets", meta.last_ticket, report->tickets_checked);
    check_counter(checker, "events", meta.last_event, report->events_checked);
}
