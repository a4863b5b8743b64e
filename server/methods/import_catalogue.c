#include "onsale/v1/admin.methods.h"
#include "server/catalogue/message.h"
#include "server/catalogue/plan.h"
#include "server/catalogue/validate.h"
#include "server/engine/call.h"
#include "store/records.h"

static void save_concert(struct call *call, const Onsale__V1__Concert *message)
{
    struct concert concert = concert_of_message(message);
    struct queue queue = queue_make(concert.id, queue_policy_default(), call->now_ms);
    concert_put(call->txn, &concert);
    queue_put(call->txn, &queue);
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
    struct event event = {.kind = EVENT_CATALOGUE_IMPORTED,
                          .concert_id = request->concert->concert_id};
    uint64_t version = batch_add_event(call->batch, &event);
    if (plan->concert_is_new) save_concert(call, request->concert);
    for (size_t i = 0; i < request->n_layouts; i++)
        if (plan->layout_is_new[i]) save_layout(call->txn, request->layouts[i]);
    for (size_t i = 0; i < request->n_performances; i++) {
        const Onsale__V1__Performance *performance = request->performances[i];
        if (plan->performance_is_new[i])
            save_performance(call->txn, performance, find_layout(request, performance->layout_id),
                             version);
    }
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
