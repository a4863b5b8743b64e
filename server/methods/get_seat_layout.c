#include "base/require.h"
#include "onsale/v1/catalog.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "server/present/parts.h"
#include "store/records.h"

enum { LAYOUT_VERSION = 1 /* a hall, once imported, never changes */ };

/* Walks the rows in the order of their seats; a row with a new section_index begins a section. */
static void count_rows(struct store_txn *txn, uint32_t layout_id, size_t *ret_sections,
                       size_t rows_of_section[SECTIONS_PER_LAYOUT_MAX])
{
    struct layout_row row;
    size_t sections = 0;
    for (uint32_t from = 0; layout_row_from(txn, layout_id, from, &row);
         from = row.first_seat_index + 1) {
        REQUIRE(row.section_index < SECTIONS_PER_LAYOUT_MAX);
        rows_of_section[row.section_index]++;
        sections = row.section_index + 1;
    }
    *ret_sections = sections;
}

static Onsale__V1__Section *start_section(struct arena *arena, const struct layout_row *first_row,
                                          size_t rows_count)
{
    Onsale__V1__Section *section = arena_alloc(arena, sizeof *section);
    if (section == NULL) return NULL;
    onsale__v1__section__init(section);

    section->tier_index = first_row->tier;
    section->name = present_text(arena, first_row->section);
    section->rows = present_array(arena, rows_count);
    return section->name == NULL || section->rows == NULL ? NULL : section;
}

static Onsale__V1__Row *show_row(struct arena *arena, const struct layout_row *row)
{
    Onsale__V1__Row *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__row__init(message);

    message->first_number = row->first_number;
    message->seat_count = row->seat_count;
    message->first_wheelchair_number = row->first_wheelchair_number;
    message->wheelchair_count = row->wheelchair_count;
    message->name = present_text(arena, row->row);
    return message->name == NULL ? NULL : message;
}

static bool show_sections(struct call *call, Onsale__V1__SeatLayout *layout)
{
    struct arena *arena = call->rpc->arena;
    size_t rows_of_section[SECTIONS_PER_LAYOUT_MAX] = {0};
    size_t sections;
    struct layout_row row;
    count_rows(call->txn, layout->layout_id, &sections, rows_of_section);
    layout->sections = present_array(arena, sections);
    if (layout->sections == NULL) return false;

    for (uint32_t from = 0; layout_row_from(call->txn, layout->layout_id, from, &row);
         from = row.first_seat_index + 1) {
        Onsale__V1__Section **section = &layout->sections[row.section_index];
        if (*section == NULL)
            *section = start_section(arena, &row, rows_of_section[row.section_index]);
        Onsale__V1__Row *message = show_row(arena, &row);
        if (*section == NULL || message == NULL) return false;
        (*section)->rows[(*section)->n_rows++] = message;
    }
    layout->n_sections = sections;
    return true;
}

static Onsale__V1__SeatLayout *show_layout(struct call *call, uint32_t layout_id)
{
    Onsale__V1__SeatLayout *layout = arena_alloc(call->rpc->arena, sizeof *layout);
    if (layout == NULL) return NULL;
    onsale__v1__seat_layout__init(layout);

    layout->layout_id = layout_id;
    layout->version = LAYOUT_VERSION;
    return show_sections(call, layout) ? layout : NULL;
}

enum status get_seat_layout(struct call *call, const Onsale__V1__GetSeatLayoutRequest *request,
                            Onsale__V1__GetSeatLayoutResponse *response)
{
    struct performance performance;
    if (!performance_get(call->txn, request->performance_id, &performance))
        return STATUS_PERFORMANCE_NOT_FOUND;

    response->version = LAYOUT_VERSION;
    if (request->known_version == LAYOUT_VERSION) return STATUS_OK;
    response->layout = show_layout(call, performance.layout_id);
    return response->layout == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
