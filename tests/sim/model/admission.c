#include "tests/sim/model/model.h"

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define ACTIVE ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE

/* A burst of one second's worth is allowed. */
void model_earn_credit(struct model_concert *concert, unix_ms now_ms)
{
    int64_t second = (int64_t)concert->policy.admissions_per_second * 1000;
    for (; concert->credit_at_ms < now_ms && concert->credit_milli < second;
         concert->credit_at_ms++)
        concert->credit_milli += concert->policy.admissions_per_second;
    if (concert->credit_milli > second) concert->credit_milli = second;
    concert->credit_at_ms = now_ms;
}

static struct model_entry *first_waiting(struct model_concert *concert)
{
    for (size_t i = 0; i < concert->entries_count; i++)
        if (concert->entries[i].status == WAITING) return &concert->entries[i];
    return NULL;
}

static void admit_next(struct model *model, struct model_concert *concert)
{
    struct model_entry *entry = first_waiting(concert);
    entry->status = ACTIVE;
    entry->expires_at_ms = model->now_ms + concert->policy.active_lifetime_ms;
    concert->credit_milli -= 1000;
}

static bool may_admit(const struct model_concert *concert)
{
    return !concert->policy.admission_paused && concert->credit_milli >= 1000 &&
           model_count_entries(concert, ACTIVE) < concert->policy.active_max &&
           model_count_entries(concert, WAITING) > 0;
}

void model_admit(struct model *model)
{
    for (size_t i = 0; i < model->concerts_count; i++) {
        struct model_concert *concert = &model->concerts[i];
        model_earn_credit(concert, model->now_ms);
        while (may_admit(concert))
            admit_next(model, concert);
    }
}
