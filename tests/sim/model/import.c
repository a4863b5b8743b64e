#include <stdio.h>
#include <string.h>

#include "base/require.h"
#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

/* --- What is wrong whatever is there ---------------------------------------------------------- */

/* The catalogues here have no characters beyond these that are refused. */
static bool is_text_valid(const char *text, size_t bytes_min, size_t bytes_max)
{
    size_t bytes = strlen(text);
    if (bytes < bytes_min || bytes > bytes_max) return false;
    for (size_t i = 0; i < bytes; i++)
        if ((uint8_t)text[i] < ' ' || text[i] == 0x7f) return false;
    if (strstr(text, "\u200b") != NULL || strstr(text, "\u202e") != NULL) return false;
    return bytes == 0 || strspn(text, " ") < bytes;
}

/* A name that is typed. */
static bool is_name_valid(const char *text, size_t bytes_max)
{
    size_t bytes = strlen(text);
    if (!is_text_valid(text, 1, bytes_max) || strstr(text, "  ") != NULL) return false;
    return text[0] != ' ' && text[bytes - 1] != ' ';
}

static bool is_concert_valid(const Onsale__V1__Concert *concert)
{
    return concert != NULL && concert->concert_id != 0 &&
           is_text_valid(concert->title, 1, LONG_NAME_BYTES_MAX) &&
           is_text_valid(concert->artist, 0, LONG_NAME_BYTES_MAX) &&
           is_text_valid(concert->venue, 0, LONG_NAME_BYTES_MAX);
}

/* Each place for a wheelchair is a seat of the row. */
static bool are_wheelchairs_valid(const Onsale__V1__Row *row)
{
    uint64_t end = (uint64_t)row->first_wheelchair_number + row->wheelchair_count;
    if (row->wheelchair_count == 0) return row->first_wheelchair_number == 0;
    return row->first_wheelchair_number >= row->first_number &&
           end <= (uint64_t)row->first_number + row->seat_count;
}

static bool is_section_valid(const Onsale__V1__Section *section)
{
    if (!is_name_valid(section->name, NAME_BYTES_MAX) || section->n_rows == 0) return false;
    for (size_t i = 0; i < section->n_rows; i++) {
        const Onsale__V1__Row *row = section->rows[i];
        if (!is_name_valid(row->name, ROW_NAME_BYTES_MAX)) return false;
        if (row->seat_count < 1 || row->seat_count > SEATS_PER_ROW_MAX) return false;
        if (!are_wheelchairs_valid(row)) return false;
    }
    return true;
}

static void seat_name(const Onsale__V1__Section *section, const Onsale__V1__Row *row,
                      uint32_t place, char ret_name[96])
{
    snprintf(ret_name, 96, "%s-%s-%u", section->name, row->name, row->first_number + place);
}

/* Whether a seat of this name comes in an earlier row. */
static bool is_named_before(const Onsale__V1__SeatLayout *layout, size_t section, size_t row,
                            const char *name)
{
    char other[96];
    for (size_t i = 0; i <= section; i++)
        for (size_t j = 0; j < layout->sections[i]->n_rows && (i < section || j < row); j++)
            for (uint32_t k = 0; k < layout->sections[i]->rows[j]->seat_count; k++) {
                seat_name(layout->sections[i], layout->sections[i]->rows[j], k, other);
                if (strcmp(other, name) == 0) return true;
            }
    return false;
}

static bool are_names_unique(const Onsale__V1__SeatLayout *layout)
{
    char name[96];
    for (size_t i = 0; i < layout->n_sections; i++)
        for (size_t j = 0; j < layout->sections[i]->n_rows; j++)
            for (uint32_t k = 0; k < layout->sections[i]->rows[j]->seat_count; k++) {
                seat_name(layout->sections[i], layout->sections[i]->rows[j], k, name);
                if (is_named_before(layout, i, j, name)) return false;
            }
    return true;
}

static bool is_layout_valid(const Onsale__V1__SeatLayout *layout)
{
    if (layout->layout_id == 0 || layout->n_sections == 0) return false;
    for (size_t i = 0; i < layout->n_sections; i++)
        if (!is_section_valid(layout->sections[i])) return false;
    return are_names_unique(layout);
}

static const Onsale__V1__SeatLayout *layout_of(const Onsale__V1__ImportCatalogueRequest *req,
                                               const Onsale__V1__Performance *performance)
{
    for (size_t i = 0; i < req->n_layouts; i++)
        if (req->layouts[i]->layout_id == performance->layout_id) return req->layouts[i];
    return NULL;
}

static bool are_tiers_valid(const Onsale__V1__Performance *performance,
                            const Onsale__V1__SeatLayout *layout)
{
    if (performance->n_tiers < 1 || performance->n_tiers > TIERS_PER_PERFORMANCE_MAX) return false;
    for (size_t i = 0; i < performance->n_tiers; i++) {
        const Onsale__V1__PriceTier *tier = performance->tiers[i];
        if (!is_name_valid(tier->name, NAME_BYTES_MAX)) return false;
        if (tier->price < 0 || tier->price > SEAT_PRICE_MAX) return false;
    }
    for (size_t i = 0; i < layout->n_sections; i++)
        if (layout->sections[i]->tier_index >= performance->n_tiers) return false;
    return true;
}

static bool is_currency_valid(const char *currency)
{
    if (currency[0] == '\0') return true;
    for (size_t i = 0; i < 3; i++)
        if (currency[i] < 'A' || currency[i] > 'Z') return false;
    return currency[3] == '\0';
}

static bool is_import_valid(const Onsale__V1__ImportCatalogueRequest *req)
{
    if (!is_concert_valid(req->concert) || req->n_layouts == 0 || req->n_performances == 0)
        return false;
    for (size_t i = 0; i < req->n_layouts; i++)
        if (!is_layout_valid(req->layouts[i])) return false;
    for (size_t i = 0; i < req->n_performances; i++) {
        const Onsale__V1__Performance *performance = req->performances[i];
        const Onsale__V1__SeatLayout *layout = layout_of(req, performance);
        if (performance->performance_id == 0 || layout == NULL) return false;
        if (performance->concert_id != req->concert->concert_id) return false;
        if (performance->starts_at_ms < 0 || performance->sale_opens_at_ms < 0) return false;
        if (performance->sale_closes_at_ms <= performance->sale_opens_at_ms) return false;
        if (!are_tiers_valid(performance, layout)) return false;
        if (!is_currency_valid(performance->currency)) return false;
    }
    return true;
}

/* --- What is there with other content --------------------------------------------------------- */

/* What counts of a message, without the fields that an import ignores. */
static ProtobufCBinaryData content_of_layout(struct arena *arena,
                                             const Onsale__V1__SeatLayout *layout)
{
    Onsale__V1__SeatLayout *copy = message_copy(arena, layout);
    copy->version = 0;
    return message_pack(arena, &copy->base);
}

static ProtobufCBinaryData content_of_performance(struct arena *arena,
                                                  const Onsale__V1__Performance *performance)
{
    Onsale__V1__Performance *copy = message_copy(arena, performance);
    copy->seat_count = 0;
    copy->holding_stopped = copy->paying_stopped = false;
    if (copy->currency[0] == '\0') copy->currency = "KRW";
    for (size_t i = 0; i < copy->n_tiers; i++)
        copy->tiers[i]->remaining = copy->tiers[i]->seats = 0;
    return message_pack(arena, &copy->base);
}

static bool layout_conflicts(struct model *model, struct arena *arena,
                             const Onsale__V1__SeatLayout *layout)
{
    for (size_t i = 0; i < model->performances_count; i++) {
        const Onsale__V1__SeatLayout *there = model->performances[i].layout;
        if (there->layout_id == layout->layout_id &&
            !message_bytes_equal(content_of_layout(arena, there), content_of_layout(arena, layout)))
            return true;
    }
    return false;
}

static bool performance_conflicts(struct model *model, struct arena *arena,
                                  const Onsale__V1__Performance *performance)
{
    const struct model_performance *there =
        model_find_performance(model, performance->performance_id);
    return there != NULL && !message_bytes_equal(content_of_performance(arena, there->performance),
                                                 content_of_performance(arena, performance));
}

static bool import_conflicts(struct model *model, struct arena *arena,
                             const Onsale__V1__ImportCatalogueRequest *req)
{
    const struct model_concert *there = model_find_concert(model, req->concert->concert_id);
    if (there != NULL && !message_bytes_equal(message_pack(arena, &there->concert->base),
                                              message_pack(arena, &req->concert->base)))
        return true;
    for (size_t i = 0; i < req->n_layouts; i++)
        if (layout_conflicts(model, arena, req->layouts[i])) return true;
    for (size_t i = 0; i < req->n_performances; i++)
        if (performance_conflicts(model, arena, req->performances[i])) return true;
    return false;
}

/* --- The import ------------------------------------------------------------------------------- */

static void add_concert(struct model *model, const Onsale__V1__Concert *concert)
{
    REQUIRE(model->concerts_count < MODEL_CONCERTS_MAX);
    struct model_concert *added = &model->concerts[model->concerts_count++];
    added->concert = message_copy(&model->kept, concert);
    added->policy = (Onsale__V1__QueuePolicy)ONSALE__V1__QUEUE_POLICY__INIT;
    added->policy.active_max = 300;
    added->policy.admissions_per_second = 50;
    added->policy.waiting_lifetime_ms = 300000;
    added->policy.waiting_rule = ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_ENTRY;
    added->policy.active_lifetime_ms = 300000;
    added->policy.hold_lifetime_ms = 300000;
    added->policy.purchase_limit = 4;
    added->credit_milli = 50 * 1000;
    added->credit_at_ms = model->now_ms;
}

static uint32_t add_performance(struct model *model, const Onsale__V1__Performance *performance,
                                const Onsale__V1__SeatLayout *layout)
{
    REQUIRE(model->performances_count < MODEL_PERFORMANCES_MAX);
    struct model_performance *added = &model->performances[model->performances_count++];
    added->performance = message_copy(&model->kept, performance);
    if (performance->currency[0] == '\0') added->performance->currency = "KRW";
    added->layout = message_copy(&model->kept, layout);
    added->layout->version = 1; /* the first, and so far the last */
    added->seats_count = model_layout_seats(layout);
    REQUIRE(added->seats_count <= MODEL_SEATS_MAX);
    return added->seats_count;
}

enum status model_import_catalogue(struct model *model, const void *request, void *response,
                                   struct answer *answer)
{
    const Onsale__V1__ImportCatalogueRequest *req = request;
    Onsale__V1__ImportCatalogueResponse *res = response;

    if (!is_import_valid(req)) return STATUS_ARGUMENT_INVALID;
    if (import_conflicts(model, answer->arena, req)) return STATUS_CATALOGUE_CONFLICT;

    struct model_concert *concert = model_find_concert(model, req->concert->concert_id);
    unix_ms begins_ms = concert == NULL ? 0 : model_wait_begins(model, concert);
    if (concert == NULL) add_concert(model, req->concert);
    for (size_t i = 0; i < req->n_performances; i++) {
        const Onsale__V1__Performance *performance = req->performances[i];
        if (model_find_performance(model, performance->performance_id) != NULL) continue;
        res->performances_created++;
        res->seats_created += add_performance(model, performance, layout_of(req, performance));
    }
    if (concert != NULL) model_shift_waits(model, concert, begins_ms);
    model_admit(model);
    return STATUS_OK;
}
