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

static void draw_seat(uint8_t state, int width, uint32_t number, struct pen *pen)
{
    char text[16];
    if (state == ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE)
        snprintf(text, sizeof text, "%*u", width, number);
    else
        snprintf(text, sizeof text, "%*c", width, pen_seat_glyph(state));
    pen_seat_text(pen, state, text);
    pen_space(pen, 1);
}

static void draw_wheelchairs(const Onsale__V1__Row *row, struct pen *pen)
{
    char text[64];
    uint32_t first = row->first_wheelchair_number;
    if (row->wheelchair_count == 0) return;
    if (row->wheelchair_count == 1)
        snprintf(text, sizeof text, "wheelchair: %u", first);
    else
        snprintf(text, sizeof text, "wheelchairs: %u-%u", first, first + row->wheelchair_count - 1);
    pen_space(pen, LABEL_GAP - 1); /* a seat has a blank behind it */
    pen_text(pen, text);
}

/* Numbers of the seats that can be had, the state's character for the others. */
static void draw_row(const struct hall *hall, const struct view *view, const struct row_walk *walk,
                     struct pen *pen)
{
    uint32_t count = walk->row->seat_count;
    size_t missing = view->line_seats > count ? view->line_seats - count : 0;
    pen_space(pen, view->label_width - text_width(walk->row->name));
    pen_strong(pen, walk->row->name);
    pen_space(pen, LABEL_GAP + missing * seat_width(view) / 2);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && i % view->line_seats == 0) {
            pen_newline(pen);
            pen_space(pen, view->label_width + LABEL_GAP);
        }
        draw_seat(hall->states[walk->first_seat_index + i], view->number_width,
                  walk->row->first_number + i, pen);
    }
    draw_wheelchairs(walk->row, pen);
    pen_newline(pen);
}

static void draw_title(const struct hall *hall, const Onsale__V1__Section *section, struct pen *pen)
{
    char tier[HALL_TITLE_BYTES], line[2 * HALL_TITLE_BYTES];
    hall_tier_title(hall, section->tier_index, tier, sizeof tier);
    snprintf(line, sizeof line, "Section %.*s  --  %s", text_head(section->name, 64), section->name,
             tier);
    pen_strong(pen, line);
    pen_newline(pen);
    pen_newline(pen);
}

static void draw_stage(const struct view *view, struct pen *pen)
{
    size_t width = view->line_seats * seat_width(view) - 1;
    pen_space(pen, view->label_width + LABEL_GAP);
    pen_centred(pen, width < strlen("S T A G E") ? "STAGE" : "S T A G E", width);
    pen_newline(pen);
}

/* The price stands above the first row of a tier, and again where it changes. */
static void draw_rows(const struct hall *hall, const struct view *view, struct pen *pen)
{
    const Onsale__V1__Section *titled = NULL;
    struct row_walk walk = {0};
    while (row_walk_step(hall->layout, &walk)) {
        if (!is_called(walk.section, view)) continue;
        bool is_other = titled == NULL || titled->tier_index != walk.section->tier_index ||
                        strcmp(titled->name, walk.section->name) != 0;
        if (is_other && titled != NULL) pen_newline(pen);
        if (is_other) draw_title(hall, walk.section, pen);
        if (titled == NULL) draw_stage(view, pen);
        titled = walk.section;
        draw_row(hall, view, &walk, pen);
    }
}

bool hall_draw_section(const struct hall *hall, const char *name, size_t width, struct pen *pen)
{
    struct view view;
    if (!find_section(hall, name, false, width, &view) &&
        !find_section(hall, name, true, width, &view))
        return false;
    draw_rows(hall, &view, pen);
    pen_newline(pen);
    hall_draw_legend(&view.counts, pen);
    return true;
}

void hall_draw_legend(const struct seat_counts *counts, struct pen *pen)
{
    static const char *const names[SEAT_STATES] = {NULL, "available", "held", "sold", "blocked"};
    for (uint8_t state = 1; state < SEAT_STATES; state++) {
        char text[96];
        pen_seat(pen, state);
        snprintf(text, sizeof text, " %s %s", names[state],
                 text_of_money(counts->by_state[state]).bytes);
        pen_text(pen, text);
        pen_space(pen, 3);
    }
    pen_text(pen, text_of_money(counts->total).bytes);
    pen_text(pen, " in all");
    pen_newline(pen);
}
