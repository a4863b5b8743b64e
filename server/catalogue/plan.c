#include "server/catalogue/plan.h"

#include "server/catalogue/field.h"
#include "server/catalogue/message.h"
#include "store/records.h"
#include "text/name.h"

static bool is_same_concert(const struct concert *a, const struct concert *b)
{
    return text_is_same(a->title, b->title) && text_is_same(a->artist, b->artist) &&
           text_is_same(a->venue, b->venue);
}

static bool is_same_row(const struct layout_row *a, const struct layout_row *b)
{
    return a->first_seat_index == b->first_seat_index && a->seat_count == b->seat_count &&
           a->first_number == b->first_number && a->tier == b->tier &&
           a->section_index == b->section_index &&
           a->first_wheelchair_number == b->first_wheelchair_number &&
           a->wheelchair_count == b->wheelchair_count && text_is_same(a->section, b->section) &&
           text_is_same(a->row, b->row);
}

/* Row by row; after the last one the store must have none left either. */
static bool is_same_layout(struct store_txn *txn, const Onsale__V1__SeatLayout *layout)
{
    struct row_walk walk = {.layout = layout};
    struct layout_row wanted;
    struct layout_row stored;
    while (row_walk_next(&walk, &wanted))
        if (!layout_row_from(txn, layout->layout_id, wanted.first_seat_index, &stored) ||
            !is_same_row(&wanted, &stored))
            return false;
    return !layout_row_from(txn, layout->layout_id, walk.next_seat_index, &stored);
}

static bool are_same_tiers(const struct performance *a, const struct performance *b)
{
    if (a->tiers_count != b->tiers_count) return false;
    for (uint32_t i = 0; i < a->tiers_count; i++)
        if (a->tiers[i].price != b->tiers[i].price ||
            !text_is_same(a->tiers[i].name, b->tiers[i].name))
            return false;
    return true;
}

static bool is_same_performance(const struct performance *a, const struct performance *b)
{
    return a->concert_id == b->concert_id && a->layout_id == b->layout_id &&
           a->starts_at_ms == b->starts_at_ms && a->sale_opens_at_ms == b->sale_opens_at_ms &&
           a->sale_closes_at_ms == b->sale_closes_at_ms && are_same_tiers(a, b) &&
           text_is_same(a->currency, b->currency);
}

static enum status conflict(struct call *call, const char *field, uint32_t id)
{
    return rpc_call_bad_field(call->rpc, STATUS_CATALOGUE_CONFLICT, field,
                              "%u is there with other content", id);
}

static void find_new(struct store_txn *txn, const Onsale__V1__ImportCatalogueRequest *request,
                     struct catalogue_plan *plan)
{
    struct concert concert;
    struct layout_row row;
    struct performance performance;
    plan->concert_is_new = !concert_get(txn, request->concert->concert_id, &concert);

    for (size_t i = 0; i < request->n_layouts; i++) {
        plan->layout_is_new[i] = !layout_row_from(txn, request->layouts[i]->layout_id, 0, &row);
        if (plan->layout_is_new[i]) plan->layouts_new++;
    }
    for (size_t i = 0; i < request->n_performances; i++) {
        const Onsale__V1__Performance *message = request->performances[i];
        plan->performance_is_new[i] = !performance_get(txn, message->performance_id, &performance);
        if (!plan->performance_is_new[i]) continue;
        plan->performances_new++;
        plan->seats_new += layout_message_seats(find_layout(request, message->layout_id));
    }
}

static enum status compare_concert(struct call *call, const Onsale__V1__Concert *message)
{
    struct concert stored;
    struct concert wanted = concert_of_message(message);
    if (!concert_get(call->txn, wanted.id, &stored) || is_same_concert(&wanted, &stored))
        return STATUS_OK;
    return conflict(call, "concert", wanted.id);
}

static enum status compare_performance(struct call *call,
                                       const Onsale__V1__ImportCatalogueRequest *request, size_t i)
{
    const Onsale__V1__Performance *message = request->performances[i];
    struct performance stored;
    struct performance wanted =
        performance_of_message(message, find_layout(request, message->layout_id));
    if (!performance_get(call->txn, wanted.id, &stored) || is_same_performance(&wanted, &stored))
        return STATUS_OK;
    return conflict(call, field_path_make("performances[%zu]", i).text, wanted.id);
}

static enum status compare_old(struct call *call, const Onsale__V1__ImportCatalogueRequest *request,
                               const struct catalogue_plan *plan)
{
    enum status err = compare_concert(call, request->concert);
    for (size_t i = 0; i < request->n_layouts && err == STATUS_OK; i++)
        if (!plan->layout_is_new[i] && !is_same_layout(call->txn, request->layouts[i]))
            err = conflict(call, field_path_make("layouts[%zu]", i).text,
                           request->layouts[i]->layout_id);
    for (size_t i = 0; i < request->n_performances && err == STATUS_OK; i++)
        if (!plan->performance_is_new[i]) err = compare_performance(call, request, i);
    return err;
}

enum status catalogue_plan_make(struct call *call,
                                const Onsale__V1__ImportCatalogueRequest *request,
                                struct catalogue_plan *ret_plan)
{
    struct catalogue_plan plan = {0};
    find_new(call->txn, request, &plan);
    if (plan.seats_new > SEATS_PER_IMPORT_MAX)
        return call_bad_field(call, "performances", "have more than %d seats together",
                              SEATS_PER_IMPORT_MAX);
    enum status err = compare_old(call, request, &plan);
    if (err != STATUS_OK) return err;

    *ret_plan = plan;
    return STATUS_OK;
}
