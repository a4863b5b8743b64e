#include "tests/sim/model/model.h"

#include <stdlib.h>

#include "base/require.h"

enum { KEPT_BYTES_MAX = 16 * 1024 * 1024 };

struct model *model_open(unix_ms now_ms)
{
    struct model *model = calloc(1, sizeof *model);
    REQUIRE(model != NULL);
    model->now_ms = now_ms;
    arena_init(&model->kept, KEPT_BYTES_MAX);
    return model;
}

void model_close(struct model *model)
{
    arena_deinit(&model->kept);
    free(model);
}

static void end_what_is_over(struct model *model, struct model_concert *concert)
{
    for (size_t i = 0; i < concert->entries_count; i++) {
        struct model_entry *entry = &concert->entries[i];
        if (model_entry_status(model, concert, entry) != entry->status)
            model_end_entry(entry, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED,
                            entry->expires_at_ms);
    }
}

void model_begin_batch(struct model *model, unix_ms now_ms)
{
    model->now_ms = now_ms;
    model->batch_jumped_ms = model->jumped_ms;
    for (size_t i = 0; i < model->concerts_count; i++)
        end_what_is_over(model, &model->concerts[i]);
    model_admit(model);
}

void model_restart(struct model *model, unix_ms now_ms)
{
    model->now_ms = now_ms;
    model->jumped_ms = 0; /* nobody can tell it from a stop */
    for (size_t i = 0; i < model->concerts_count; i++) {
        struct model_concert *concert = &model->concerts[i];
        if (concert->policy.waiting_rule != ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL)
            continue;
        for (size_t k = 0; k < concert->entries_count; k++) {
            struct model_entry *entry = &concert->entries[k];
            unix_ms renewed_ms =
                model_wait_begins(model, concert) + concert->policy.waiting_lifetime_ms;
            if (entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING &&
                entry->expires_at_ms < renewed_ms)
                entry->expires_at_ms = renewed_ms;
        }
    }
}

/* When credit for the next admission is earned, if nothing else is missing. */
static unix_ms next_admission(const struct model *model, const struct model_concert *concert)
{
    if (concert->policy.admission_paused) return UNIX_MS_NEVER;
    if (model_count_entries(concert, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE) >=
        concert->policy.active_max)
        return UNIX_MS_NEVER;
    if (model_count_entries(concert, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING) ==
        0)
        return UNIX_MS_NEVER;
    unix_ms due_ms = concert->credit_at_ms;
    int64_t credit = concert->credit_milli;
    for (; credit < 1000; due_ms++)
        credit += concert->policy.admissions_per_second;
    unix_ms opens_at_ms = model_opens_at(model, concert);
    return due_ms > opens_at_ms ? due_ms : opens_at_ms;
}

/* When an entry that is not over will be. */
static unix_ms next_end(const struct model_concert *concert, const struct model_entry *entry)
{
    bool stands = concert->policy.admission_paused &&
                  entry->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING;
    return entry->ended_at_ms == 0 && !stands ? entry->expires_at_ms : UNIX_MS_NEVER;
}

unix_ms model_next_change(const struct model *model)
{
    unix_ms next = UNIX_MS_NEVER;
    for (size_t i = 0; i < model->concerts_count; i++) {
        const struct model_concert *concert = &model->concerts[i];
        unix_ms admission = next_admission(model, concert);
        if (admission < next) next = admission;
        for (size_t k = 0; k < concert->entries_count; k++) {
            unix_ms end = next_end(concert, &concert->entries[k]);
            if (end < next) next = end;
        }
    }
    return next;
}
