#include "server/catalogue/field.h"
#include "server/catalogue/message.h"
#include "server/catalogue/seat_names.h"
#include "server/catalogue/validate.h"

static enum status check_wheelchairs(struct call *call, const Onsale__V1__Row *row,
                                     const struct field_path *path)
{
    uint32_t first = row->first_wheelchair_number;
    enum status err = field_check_range(call, path, "wheelchair_count", row->wheelchair_count, 0,
                                        row->seat_count);
    if (err != STATUS_OK) return err;
    bool is_inside = row->wheelchair_count == 0
                         ? first == 0
                         : first >= row->first_number &&
                               first - row->first_number <= row->seat_count - row->wheelchair_count;
    if (is_inside) return STATUS_OK;
    return field_refuse(call, path, "first_wheelchair_number", "is not that of seats of the row");
}

static enum status check_row(struct call *call, const Onsale__V1__Row *row,
                             const struct field_path *path)
{
    enum status err = field_check_name(call, path, "name", row->name, ROW_NAME_BYTES_MAX);
    if (err == STATUS_OK)
        err = field_check_range(call, path, "first_number", row->first_number, 0, FIRST_NUMBER_MAX);
    if (err == STATUS_OK)
        err = field_check_range(call, path, "seat_count", row->seat_count, 1, SEATS_PER_ROW_MAX);
    return err == STATUS_OK ? check_wheelchairs(call, row, path) : err;
}

static enum status check_section(struct call *call, const Onsale__V1__Section *section,
                                 const struct field_path *path)
{
    enum status err = field_check_name(call, path, "name", section->name, NAME_BYTES_MAX);
    if (err == STATUS_OK)
        err = field_check_range(call, path, "tier_index", section->tier_index, 0,
                                TIERS_PER_PERFORMANCE_MAX - 1);
    if (err == STATUS_OK)
        err = field_check_range(call, path, "rows", (int64_t)section->n_rows, 1,
                                ROWS_PER_SECTION_MAX);
    for (size_t i = 0; i < section->n_rows && err == STATUS_OK; i++) {
        struct field_path row = field_path_make("%s.rows[%zu]", path->text, i);
        err = check_row(call, section->rows[i], &row);
    }
    return err;
}

static size_t count_rows(const Onsale__V1__SeatLayout *layout)
{
    size_t rows = 0;
    for (size_t i = 0; i < layout->n_sections; i++)
        rows += layout->sections[i]->n_rows;
    return rows;
}

/* Only after the sections have been checked: the sums then can't overflow. */
static enum status check_size(struct call *call, const Onsale__V1__SeatLayout *layout,
                              const struct field_path *path)
{
    if (count_rows(layout) > ROWS_PER_LAYOUT_MAX)
        return field_refuse(call, path, "sections", "have more rows together than a hall may");
    if (layout_message_seats(layout) > SEATS_PER_PERFORMANCE_MAX)
        return field_refuse(call, path, "sections", "have more seats together than a hall may");
    return STATUS_OK;
}

enum status catalogue_validate_layout(struct call *call, const Onsale__V1__SeatLayout *layout,
                                      const char *path_text)
{
    struct field_path path = field_path_make("%s", path_text);
    enum status err = field_check_range(call, &path, "layout_id", layout->layout_id, 1, UINT32_MAX);
    if (err == STATUS_OK)
        err = field_check_range(call, &path, "sections", (int64_t)layout->n_sections, 1,
                                SECTIONS_PER_LAYOUT_MAX);
    for (size_t i = 0; i < layout->n_sections && err == STATUS_OK; i++) {
        struct field_path section = field_path_make("%s.sections[%zu]", path.text, i);
        err = check_section(call, layout->sections[i], &section);
    }
    if (err == STATUS_OK) err = check_size(call, layout, &path);
    return err == STATUS_OK ? catalogue_check_seat_names(call, layout, &path) : err;
}
