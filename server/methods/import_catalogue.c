#include "onsale/v1/admin.methods.h"
#include "server/catalogue/message.h"
#include "server/catalogue/plan.h"
#include "server/catalogue/validate.h"
#include "server/engine/admission.h"
#include "server/engine/call.h"
#include "store/records.h"

/* When the first of the new performances goes on sale; UNIX_MS_NEVER if there is none. */
static unix_ms sale_opens_at(const Onsale__V1__ImportCatalogueRequest *request,
                             const struct catalogue_plan *plan)
{
    unix_ms first_ms = UNIX_MS_NEVER;
    for (size_t i = 0; i < request->n_performances; i++)
        if (plan->performance_is_new[i] && request->performances[i]->sale_opens_at_ms < first_ms)
            first_ms = request->performances[i]->sale_opens_at_ms;
    return first_ms;
}

/* The queue of the concert, new or as it is, with the opening as it will be. */
static struct queue queue_after(struct call *call,
                                const Onsale__V1__ImportCatalogueRequest *request,
                                const struct catalogue_plan *plan)
{
    struct queue queue;
    unix_ms opens_at_ms = sale_opens_at(request, plan);
    if (plan->concert_is_new || !queue_get(call->txn, request->concert->concert_id, &queue))
        return queue_make(request->concert->concert_id, queue_policy_default(), opens_at_ms,
                          call->now_ms);
    if (opens_at_ms < queue.sale_opens_at_ms) queue_set_opening(&queue, opens_at_ms, call->now_ms);
    return queue;
}

static void save_layout(struct store_txn *txn, const Onsale__V1__SeatLayout *layout)
{
    struct row_walk walk = {.layout = layout};
    struct layout_row row;
    while (row_walk_next(&walk, &row))
        layout_row_put(txn, &row);
}

/* Blocks are filled across rows and sections; the last one may stay short. */
static void save_seats(struct store_txn *txn, uint32_t performance_id,
                       const Onsale__V1__SeatLayout *layout, uint64_t version)
{
    struct row_walk walk = {.layout = layout};
    struct layout_row row;
    struct seat_block block = {.version = version};
    uint32_t block_index = 0;
    while (row_walk_next(&walk, &row)) {
        struct seat seat = {.state = SEAT_AVAILABLE, .tier = row.tier};
        for (uint32_t i = 0; i < row.seat_count; i++) {
            seat_block_add(&block, seat);
            if (block.count < SEATS_PER_BLOCK) continue;
            seat_block_put(txn, performance_id, block_index++, &block);
            block = (struct seat_block){.version = version};
        }
    }
    if (block.count > 0) seat_block_put(txn, performance_id, block_index, &block);
}

static void save_performance(struct store_txn *txn, const Onsale__V1__Performance *message,
                             const Onsale__V1__SeatLayout *layout, uint64_t version)
{
    struct performance performance = performance_of_message(message, layout);
    struct performance_state state = {.performance_id = performance.id, .version = version};
    for (uint32_t i = 0; i < performance.tiers_count; i++)
        state.remaining[i] = performance.tiers[i].seats;
    performance_put(txn, &performance);
    performance_state_put(txn, &state);
    save_seats(txn, performance.id, layout, version);
}

static void save(struct call *call, const Onsale__V1__ImportCatalogueRequest *request,
                 const struct catalogue_plan *plan)
{
    struct concert concert = concert_of_message(request->concert);
    struct queue queue = queue_after(call, request, plan);
    struct event event = {.kind = EVENT_CATALOGUE_IMPORTED,
                          .concert_id = concert.id,
                          .until_ms = queue_opens_at_ms(&queue)};
    uint64_t version = batch_add_event(call->batch, &event);
    if (plan->concert_is_new) concert_put(call->txn, &concert);
    for (size_t i = 0; i < request->n_layouts; i++)
        if (plan->layout_is_new[i]) save_layout(call->txn, request->layouts[i]);
    for (size_t i = 0; i < request->n_performances; i++) {
        const Onsale__V1__Performance *performance = request->performances[i];
        if (plan->performance_is_new[i])
            save_performance(call->txn, performance, find_layout(request, performance->layout_id),
                             version);
    }
    admission_run(call->batch, &queue); /* the opening may have come nearer */
}

static bool has_news(const struct catalogue_plan *plan)
{
    return plan->concert_is_new || plan->layouts_new > 0 || plan->performances_new > 0;
}

enum status import_catalogue(struct call *call, const Onsale__V1__ImportCatalogueRequest *request,
                             Onsale__V1__ImportCatalogueResponse *response)
{
    struct catalogue_plan plan;
    enum status err = catalogue_validate(call, request);
    if (err == STATUS_OK) err = catalogue_plan_make(call, request, &plan);
    if (err != STATUS_OK) return err;

    if (has_news(&plan)) save(call, request, &plan);
    response->performances_created = plan.performances_new;
    response->seats_created = plan.seats_new;
    return STATUS_OK;
}
