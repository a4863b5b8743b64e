#include <string.h>

#include "client/command/hall.h"
#include "client/command/output.h"
#include "client/command/text.h"
#include "text/name.h"

enum { LABEL_GAP = 2 };

/* What is called by a name, and how much room its numbers and row names need. */
struct view {
    struct name_key key;
    bool folds_case;
    size_t label_width;
    int number_width;
    uint32_t line_seats; /* of the longest line */
    struct seat_counts counts;
};

static bool is_called(const Onsale__V1__Section *section, const struct view *view)
{
    struct name_key key;
    return name_key_make(section->name, view->folds_case, &key) &&
           strcmp(key.bytes, view->key.bytes) == 0;
}

static int digits_of(uint32_t number)
{
    return number < 10 ? 1 : 1 + digits_of(number / 10);
}

static void take_row(const struct hall *hall, const struct row_walk *walk, struct view *view)
{
    int digits = digits_of(walk->row->first_number + walk->row->seat_count - 1);
    size_t label = text_width(walk->row->name);
    struct seat_counts counts = hall_count(hall, walk->first_seat_index, walk->row->seat_count);
    if (digits > view->number_width) view->number_width = digits;
    if (label > view->label_width) view->label_width = label;
    if (walk->row->seat_count > view->line_seats) view->line_seats = walk->row->seat_count;
    view->counts.total += counts.total;
    for (size_t i = 0; i < SEAT_STATES; i++)
        view->counts.by_state[i] += counts.by_state[i];
}

/* Columns of a seat, with the gap behind it. */
static size_t seat_width(const struct view *view)
{
    return (size_t)view->number_width + 1;
}

/* As many seats in a line as there is room for. */
static void fit_lines(struct view *view, size_t width)
{
    size_t taken = view->label_width + LABEL_GAP;
    size_t room = width + 1 > taken + seat_width(view) ? width + 1 - taken : seat_width(view);
    size_t fitting = room / seat_width(view);
    if (view->line_seats > fitting) view->line_seats = (uint32_t)fitting;
}

static bool find_section(const struct hall *hall, const char *name, bool folds_case, size_t width,
                         struct view *ret_view)
{
    struct row_walk walk = {0};
    *ret_view = (struct view){.folds_case = folds_case};
    if (!name_key_make(name, folds_case, &ret_view->key)) return false;
    while (row_walk_step(hall->layout, &walk))
        if (is_called(walk.section, ret_view)) take_row(hall, &walk, ret_view);
    fit_lines(ret_view, width);
    return ret_view->counts.total > 0;
}

static void draw_seat(uint8_t state, int width, uint32_t number, struct writer *writer)
{
    if (state == ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE)
        writer_print(writer, INK_SEAT + state, "%*u", width, number);
    else
        writer_print(writer, INK_SEAT + state, "%*c", width, writer_seat_glyph(state));
    writer_space(writer, 1);
}

static void draw_wheelchairs(const Onsale__V1__Row *row, struct writer *writer)
{
    uint32_t first = row->first_wheelchair_number, count = row->wheelchair_count;
    if (count == 0) return;
    writer_space(writer, LABEL_GAP - 1); /* a seat has a blank behind it */
    if (count == 1)
        writer_print(writer, INK_PLAIN, "wheelchair: %u", first);
    else
        writer_print(writer, INK_PLAIN, "wheelchairs: %u-%u", first, first + count - 1);
}

/* Numbers of the seats that can be had, the state's character for the others. */
static void draw_row(const struct hall *hall, const struct view *view, const struct row_walk *walk,
                     struct writer *writer)
{
    uint32_t count = walk->row->seat_count;
    size_t missing = view->line_seats > count ? view->line_seats - count : 0;
    writer_space(writer, view->label_width - text_width(walk->row->name));
    writer_print(writer, INK_STRONG, "%s", walk->row->name);
    writer_space(writer, LABEL_GAP + missing * seat_width(view) / 2);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && i % view->line_seats == 0) {
            writer_newline(writer);
            writer_space(writer, view->label_width + LABEL_GAP);
        }
        draw_seat(hall->states[walk->first_seat_index + i], view->number_width,
                  walk->row->first_number + i, writer);
    }
    draw_wheelchairs(walk->row, writer);
    writer_newline(writer);
}

static void draw_title(const struct hall *hall, const Onsale__V1__Section *section,
                       struct writer *writer)
{
    char tier[HALL_TITLE_BYTES];
    hall_tier_title(hall, section->tier_index, tier, sizeof tier);
    writer_print(writer, INK_STRONG, "Section %.*s  --  %s", text_head(section->name, 64),
                 section->name, tier);
    writer_newline(writer);
    writer_newline(writer);
}

static void draw_stage(const struct view *view, struct writer *writer)
{
    size_t width = view->line_seats * seat_width(view) - 1;
    writer_space(writer, view->label_width + LABEL_GAP);
    writer_centred(writer, width < strlen("S T A G E") ? "STAGE" : "S T A G E", width);
    writer_newline(writer);
}

/* The price stands above the first row of a tier, and again where it changes. */
static void draw_rows(const struct hall *hall, const struct view *view, struct writer *writer)
{
    const Onsale__V1__Section *titled = NULL;
    struct row_walk walk = {0};
    while (row_walk_step(hall->layout, &walk)) {
        if (!is_called(walk.section, view)) continue;
        bool is_other = titled == NULL || titled->tier_index != walk.section->tier_index ||
                        strcmp(titled->name, walk.section->name) != 0;
        if (is_other && titled != NULL) writer_newline(writer);
        if (is_other) draw_title(hall, walk.section, writer);
        if (titled == NULL) draw_stage(view, writer);
        titled = walk.section;
        draw_row(hall, view, &walk, writer);
    }
}

bool hall_draw_section(const struct hall *hall, const char *name, size_t width,
                       struct writer *writer)
{
    struct view view;
    if (!find_section(hall, name, false, width, &view) &&
        !find_section(hall, name, true, width, &view))
        return false;
    draw_rows(hall, &view, writer);
    writer_newline(writer);
    hall_draw_legend(&view.counts, writer);
    return true;
}

void hall_draw_legend(const struct seat_counts *counts, struct writer *writer)
{
    static const char *const names[SEAT_STATES] = {NULL, "available", "held", "sold", "blocked"};
    for (uint8_t state = 1; state < SEAT_STATES; state++) {
        writer_seat(writer, state);
        writer_print(writer, INK_PLAIN, " %s %s", names[state],
                     text_of_money(counts->by_state[state]).bytes);
        writer_space(writer, 3);
    }
    writer_print(writer, INK_PLAIN, "%s in all", text_of_money(counts->total).bytes);
    writer_newline(writer);
}
