#include <string.h>

#include "base/require.h"
#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

struct model_concert *model_find_concert(struct model *model, uint32_t concert_id)
{
    for (size_t i = 0; i < model->concerts_count; i++)
        if (model->concerts[i].concert->concert_id == concert_id) return &model->concerts[i];
    return NULL;
}

struct model_performance *model_find_performance(struct model *model, uint32_t performance_id)
{
    for (size_t i = 0; i < model->performances_count; i++)
        if (model->performances[i].performance->performance_id == performance_id)
            return &model->performances[i];
    return NULL;
}

/* The concert with the smallest id after another. */
static struct model_concert *next_concert(struct model *model, uint64_t after)
{
    struct model_concert *next = NULL;
    for (size_t i = 0; i < model->concerts_count; i++) {
        struct model_concert *concert = &model->concerts[i];
        if (concert->concert->concert_id <= after) continue;
        if (next == NULL || concert->concert->concert_id < next->concert->concert_id)
            next = concert;
    }
    return next;
}

static struct model_performance *next_performance(struct model *model, uint32_t concert_id,
                                                  uint64_t after)
{
    struct model_performance *next = NULL;
    for (size_t i = 0; i < model->performances_count; i++) {
        struct model_performance *candidate = &model->performances[i];
        uint32_t id = candidate->performance->performance_id;
        if (candidate->performance->concert_id != concert_id || id <= after) continue;
        if (next == NULL || id < next->performance->performance_id) next = candidate;
    }
    return next;
}

static Onsale__V1__Performance *present(struct arena *arena, struct model *model,
                                        const struct model_performance *performance)
{
    Onsale__V1__Performance *shown = message_copy(arena, performance->performance);
    const struct model_concert *concert =
        model_find_concert(model, performance->performance->concert_id);
    shown->seat_count = performance->seats_count;
    shown->holding_stopped = performance->holding_stopped || concert->holding_stopped;
    shown->paying_stopped = performance->paying_stopped || concert->paying_stopped;
    for (uint32_t i = 0; i < performance->seats_count; i++) {
        Onsale__V1__PriceTier *tier = shown->tiers[model_seat(arena, performance, i)->tier_index];
        tier->seats++;
        if (model_seat_state(model, performance, i) == ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE)
            tier->remaining++;
    }
    return shown;
}

/* --- Methods ---------------------------------------------------------------------------------- */

enum status model_list_concerts(struct model *model, const void *request, void *response,
                                struct answer *answer)
{
    const Onsale__V1__ListConcertsRequest *req = request;
    Onsale__V1__ListConcertsResponse *res = response;

    enum status err = model_open_page(model, req->page_token, answer->page_after);
    if (err != STATUS_OK) return err;

    uint64_t after = model_page_number(answer->page_after);
    size_t size = model_page_size(req->page_size);
    res->concerts = arena_calloc(answer->arena, size, sizeof *res->concerts);
    struct model_concert *concert;
    while ((concert = next_concert(model, after)) != NULL && res->n_concerts < size) {
        res->concerts[res->n_concerts++] = concert->concert;
        after = concert->concert->concert_id;
    }
    model_put_page_number(answer->page_after, after);
    if (concert != NULL) res->next_page_token = "more";
    return STATUS_OK;
}

enum status model_get_concert(struct model *model, const void *request, void *response,
                              struct answer *answer)
{
    const Onsale__V1__GetConcertRequest *req = request;
    Onsale__V1__GetConcertResponse *res = response;
    (void)answer;

    struct model_concert *concert = model_find_concert(model, req->concert_id);
    if (concert == NULL) return STATUS_CONCERT_NOT_FOUND;
    res->concert = concert->concert;
    return STATUS_OK;
}

enum status model_list_performances(struct model *model, const void *request, void *response,
                                    struct answer *answer)
{
    const Onsale__V1__ListPerformancesRequest *req = request;
    Onsale__V1__ListPerformancesResponse *res = response;
    struct model_concert *concert = NULL;
    struct model_entry *entry;

    enum status err = STATUS_OK;
    if (req->token.len > 0 || !answer->is_trusted) {
        err = model_find_token(model, req->token, answer, &concert, &entry);
        if (err == STATUS_OK) err = model_check_active(model, concert, entry);
    } else {
        concert = model_find_concert(model, req->concert_id);
        if (concert == NULL) err = STATUS_CONCERT_NOT_FOUND;
    }
    if (err == STATUS_OK) err = model_open_page(model, req->page_token, answer->page_after);
    if (err != STATUS_OK) return err;

    uint64_t after = model_page_number(answer->page_after);
    size_t size = model_page_size(req->page_size);
    res->performances = arena_calloc(answer->arena, size, sizeof *res->performances);
    struct model_performance *next;
    while ((next = next_performance(model, concert->concert->concert_id, after)) != NULL &&
           res->n_performances < size) {
        res->performances[res->n_performances++] = present(answer->arena, model, next);
        after = next->performance->performance_id;
    }
    model_put_page_number(answer->page_after, after);
    if (next != NULL) res->next_page_token = "more";
    return STATUS_OK;
}

enum status model_look_up_performance(struct model *model, const void *request, void *response,
                                      struct answer *answer)
{
    const Onsale__V1__LookUpPerformanceRequest *req = request;
    Onsale__V1__LookUpPerformanceResponse *res = response;

    const struct model_performance *performance =
        model_find_performance(model, req->performance_id);
    if (performance == NULL) return STATUS_PERFORMANCE_NOT_FOUND;
    res->performance = present(answer->arena, model, performance);
    res->concert = model_find_concert(model, performance->performance->concert_id)->concert;
    return STATUS_OK;
}

enum status model_get_seat_layout(struct model *model, const void *request, void *response,
                                  struct answer *answer)
{
    const Onsale__V1__GetSeatLayoutRequest *req = request;
    Onsale__V1__GetSeatLayoutResponse *res = response;

    (void)answer;
    struct model_performance *performance = model_find_performance(model, req->performance_id);
    if (performance == NULL) return STATUS_PERFORMANCE_NOT_FOUND;
    res->version = performance->layout->version;
    if (req->known_version != res->version) res->layout = performance->layout;
    return STATUS_OK;
}

static void put_states(const struct model *model, const struct model_performance *performance,
                       struct arena *arena, Onsale__V1__SeatRun *run)
{
    run->seat_count = performance->seats_count;
    run->states.len = (performance->seats_count + 3) / 4;
    run->states.data = arena_calloc(arena, run->states.len, 1);
    for (uint32_t i = 0; i < performance->seats_count; i++) {
        int bits = (int)model_seat_state(model, performance, i) - 1;
        run->states.data[i / 4] |= (uint8_t)(bits << (2 * (i % 4)));
    }
}

enum status model_get_seat_map(struct model *model, const void *request, void *response,
                               struct answer *answer)
{
    const Onsale__V1__GetSeatMapRequest *req = request;
    Onsale__V1__GetSeatMapResponse *res = response;
    struct model_concert *concert = NULL;
    struct model_entry *entry;

    if (req->token.len > 0 || !answer->is_trusted) {
        enum status err = model_find_token(model, req->token, answer, &concert, &entry);
        if (err == STATUS_OK) err = model_check_active(model, concert, entry);
        if (err != STATUS_OK) return err;
    }
    struct model_performance *performance = model_find_performance(model, req->performance_id);
    if (performance == NULL) return STATUS_PERFORMANCE_NOT_FOUND;
    if (concert != NULL && performance->performance->concert_id != concert->concert->concert_id)
        return STATUS_TOKEN_OTHER_CONCERT;

    res->seat_count = performance->seats_count;
    res->complete = true;
    res->n_runs = 1;
    res->runs = message_make_array(answer->arena, &onsale__v1__seat_run__descriptor, 1);
    put_states(model, performance, answer->arena, res->runs[0]);
    return STATUS_OK;
}
