#include "onsale/v1/admin.methods.h"
#include "server/check/check.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "server/present/parts.h"

static Onsale__V1__InvariantViolation *show(struct arena *arena, const struct violation *violation)
{
    Onsale__V1__InvariantViolation *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__invariant_violation__init(message);

    message->invariant = present_text(arena, violation->invariant);
    message->description = present_text(arena, violation->description);
    return message->invariant == NULL || message->description == NULL ? NULL : message;
}

static enum status tell_violations(struct arena *arena, const struct check_report *report,
                                   Onsale__V1__CheckInvariantsResponse *response)
{
    response->violations = present_array(arena, report->violations_count);
    if (response->violations == NULL) return STATUS_OUT_OF_MEMORY;

    for (size_t i = 0; i < report->violations_count; i++) {
        response->violations[i] = show(arena, &report->violations[i]);
        if (response->violations[i] == NULL) return STATUS_OUT_OF_MEMORY;
    }
    response->n_violations = report->violations_count;
    return STATUS_OK;
}

enum status check_invariants(struct call *call, const Onsale__V1__CheckInvariantsRequest *request,
                             Onsale__V1__CheckInvariantsResponse *response)
{
    struct check_report report;
    (void)request; /* it asks for everything */
    enum status err = check_store(call->txn, call->rpc->arena, call->now_ms, &report);
    if (err != STATUS_OK) return err;

    response->seats_checked = report.seats_checked;
    response->reservations_checked = report.reservations_checked;
    response->tickets_checked = report.tickets_checked;
    response->wallets_checked = report.wallets_checked;
    response->queue_entries_checked = report.queue_entries_checked;
    response->events_checked = report.events_checked;
    return tell_violations(call->rpc->arena, &report, response);
}
