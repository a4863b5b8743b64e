#include "tests/sim/model/model.h"

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define ACTIVE ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE

/* A burst of one second's worth is allowed. */
int64_t model_credit_at(const struct model_concert *concert, unix_ms now_ms)
{
    int64_t second = (int64_t)concert->policy.admissions_per_second * 1000;
    int64_t credit_milli = concert->credit_milli;
    for (unix_ms ms = concert->credit_at_ms; ms < now_ms && credit_milli < second; ms++)
        credit_milli += concert->policy.admissions_per_second;
    return credit_milli > second ? second : credit_milli;
}

void model_earn_credit(struct model_concert *concert, unix_ms now_ms)
{
    concert->credit_milli = model_credit_at(concert, now_ms);
    concert->credit_at_ms = now_ms;
}

unix_ms model_opens_at(const struct model *model, const struct model_concert *concert)
{
    unix_ms first_ms = UNIX_MS_NEVER;
    for (size_t i = 0; i < model->performances_count; i++) {
        const Onsale__V1__Performance *performance = model->performances[i].performance;
        if (performance->concert_id == concert->concert->concert_id &&
            performance->sale_opens_at_ms < first_ms)
            first_ms = performance->sale_opens_at_ms;
    }
    return first_ms - concert->policy.admission_lead_ms;
}

unix_ms model_wait_begins(const struct model *model, const struct model_concert *concert)
{
    unix_ms opens_at_ms = model_opens_at(model, concert);
    unix_ms now_ms = concert->policy.admission_paused ? concert->paused_at_ms : model->now_ms;
    return opens_at_ms > now_ms ? opens_at_ms : now_ms;
}

void model_shift_waits(const struct model *model, struct model_concert *concert, unix_ms begins_ms)
{
    int64_t shift_ms = model_wait_begins(model, concert) - begins_ms;
    for (size_t i = 0; i < concert->entries_count; i++)
        if (concert->entries[i].status == WAITING) concert->entries[i].expires_at_ms += shift_ms;
}

bool model_wait_is_over(const struct model *model, const struct model_concert *concert,
                        const struct model_entry *entry)
{
    return entry->expires_at_ms <=
           (concert->policy.admission_paused ? concert->paused_at_ms : model->now_ms);
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

static bool may_admit(const struct model *model, const struct model_concert *concert)
{
    return model_opens_at(model, concert) <= model->now_ms && !concert->policy.admission_paused &&
           concert->credit_milli >= 1000 &&
           model_count_entries(concert, ACTIVE) < concert->policy.active_max &&
           model_count_entries(concert, WAITING) > 0;
}

void model_admit(struct model *model)
{
    for (size_t i = 0; i < model->concerts_count; i++) {
        struct model_concert *concert = &model->concerts[i];
        model_earn_credit(concert, model->now_ms);
        while (may_admit(model, concert))
            admit_next(model, concert);
    }
}
