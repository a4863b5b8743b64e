/* Those of the metrics that the contract foretells: the counts of what the store has. */
#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

enum { FAMILIES = 11 };

static Onsale__V1__MetricFamily *add_family(Onsale__V1__GetMetricsResponse *response,
                                            struct arena *arena, const char *name, size_t count)
{
    Onsale__V1__MetricFamily *family = response->families[response->n_families++];
    family->name = (char *)name;
    family->n_samples = count;
    family->samples = message_make_array(arena, &onsale__v1__metric_sample__descriptor, count);
    return family;
}

static void add_number(Onsale__V1__GetMetricsResponse *response, struct arena *arena,
                       const char *name, uint64_t value)
{
    add_family(response, arena, name, 1)->samples[0]->value = (int64_t)value;
}

static void set_label(struct arena *arena, Onsale__V1__MetricLabel *label, const char *name,
                      uint32_t id)
{
    label->name = (char *)name;
    label->value = arena_printf(arena, "%u", id);
}

static int64_t waiting(const struct model *model, const struct model_concert *concert)
{
    (void)model;
    return model_count_entries(concert, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING);
}

static int64_t active(const struct model *model, const struct model_concert *concert)
{
    (void)model;
    return model_count_entries(concert, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE);
}

static int64_t active_limit(const struct model *model, const struct model_concert *concert)
{
    (void)model;
    return concert->policy.active_max;
}

static int64_t entered(const struct model *model, const struct model_concert *concert)
{
    (void)model;
    return (int64_t)concert->entries_count;
}

static int64_t admission_open(const struct model *model, const struct model_concert *concert)
{
    return !concert->policy.admission_paused && model_opens_at(model, concert) <= model->now_ms;
}

static int64_t holding_stopped(const struct model *model, const struct model_concert *concert)
{
    (void)model;
    return concert->holding_stopped;
}

static int64_t paying_stopped(const struct model *model, const struct model_concert *concert)
{
    (void)model;
    return concert->paying_stopped;
}

static void add_by_concert(Onsale__V1__GetMetricsResponse *response, const struct model *model,
                           struct arena *arena)
{
    static const struct {
        const char *name;
        int64_t (*value)(const struct model *model, const struct model_concert *concert);
    } rows[] = {
        {"onsale_queue_waiting", waiting},
        {"onsale_queue_active", active},
        {"onsale_queue_active_limit", active_limit},
        {"onsale_queue_entered_total", entered},
        {"onsale_queue_admission_open", admission_open},
        {"onsale_holding_stopped", holding_stopped},
        {"onsale_paying_stopped", paying_stopped},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Onsale__V1__MetricFamily *family =
            add_family(response, arena, rows[i].name, model->concerts_count);
        for (size_t j = 0; j < model->concerts_count; j++) {
            Onsale__V1__MetricSample *sample = family->samples[j];
            const struct model_concert *concert = &model->concerts[j];
            sample->value = rows[i].value(model, concert);
            sample->n_labels = 1;
            sample->labels = message_make_array(arena, &onsale__v1__metric_label__descriptor, 1);
            set_label(arena, sample->labels[0], "concert", concert->concert->concert_id);
        }
    }
}

static void add_seats(Onsale__V1__GetMetricsResponse *response, const struct model *model,
                      struct arena *arena)
{
    Onsale__V1__MetricFamily *family =
        add_family(response, arena, "onsale_seats", model->performances_count);
    for (size_t i = 0; i < model->performances_count; i++) {
        const struct model_performance *performance = &model->performances[i];
        Onsale__V1__MetricSample *sample = family->samples[i];
        sample->value = performance->seats_count;
        sample->n_labels = 2;
        sample->labels = message_make_array(arena, &onsale__v1__metric_label__descriptor, 2);
        set_label(arena, sample->labels[0], "concert", performance->performance->concert_id);
        set_label(arena, sample->labels[1], "performance",
                  performance->performance->performance_id);
    }
}

enum status model_get_metrics(struct model *model, const void *request, void *response,
                              struct answer *answer)
{
    Onsale__V1__GetMetricsResponse *res = response;
    (void)request;
    answer->response_is_free = true;
    res->families =
        message_make_array(answer->arena, &onsale__v1__metric_family__descriptor, FAMILIES);
    add_number(res, answer->arena, "onsale_users", model->users_count);
    add_number(res, answer->arena, "onsale_reservations_total", model->reservations_count);
    add_number(res, answer->arena, "onsale_tickets_total", model->last_ticket);
    add_by_concert(res, model, answer->arena);
    add_seats(res, model, answer->arena);
    return STATUS_OK;
}
