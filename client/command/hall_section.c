#include <string.h>

#include "client/command/hall.h"
#include "client/command/text.h"

/* Where a section is in the hall, and how much room its numbers and row names need. */
struct view {
    uint32_t first_seat_index;
    uint32_t seat_count;
    int label_width;
    int number_width;
    uint32_t seats_in_longest_row;
    uint32_t tier_index;
};

static int digits_of(uint32_t number)
{
    return number < 10 ? 1 : 1 + digits_of(number / 10);
}

static void widen(struct view *view, const Onsale__V1__Row *row)
{
    int digits = digits_of(row->first_number + row->seat_count - 1);
    int label = (int)text_width(row->name);
    if (digits > view->number_width) view->number_width = digits;
    if (label > view->label_width) view->label_width = label;
    if (row->seat_count > view->seats_in_longest_row) view->seats_in_longest_row = row->seat_count;
}

static bool find_section(const struct hall *hall, const char *name, struct view *ret_view)
{
    struct view view = {0};
    struct row_walk walk = {0};
    while (row_walk_step(hall->layout, &walk)) {
        if (strcmp(walk.section->name, name) != 0) continue;
        if (view.seat_count == 0) view.first_seat_index = walk.first_seat_index;
        view.tier_index = walk.section->tier_index;
        view.seat_count += walk.row->seat_count;
        widen(&view, walk.row);
    }
    *ret_view = view;
    return view.seat_count > 0;
}

/* Numbers of the seats that can be had, the state's character for the others. */
static void draw_row(const struct hall *hall, const struct view *view, const struct row_walk *walk,
                     struct pen *pen)
{
    size_t missing = view->seats_in_longest_row - walk->row->seat_count;
    pen_space(pen, (size_t)view->label_width - text_width(walk->row->name));
    pen_strong(pen, walk->row->name);
    pen_space(pen, 2 + missing * (size_t)(view->number_width + 1) / 2);
    for (uint32_t i = 0; i < walk->row->seat_count; i++) {
        char text[16];
        uint8_t state = hall->states[walk->first_seat_index + i];
        if (state == ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE)
            snprintf(text, sizeof text, "%*u", view->number_width, walk->row->first_number + i);
        else
            snprintf(text, sizeof text, "%*c", view->number_width, pen_seat_glyph(state));
        pen_seat_text(pen, state, text);
        pen_space(pen, 1);
    }
    pen_newline(pen);
}

static void draw_title(const struct hall *hall, const struct view *view, const char *name,
                       struct pen *pen)
{
    char tier[96], line[192];
    size_t width = view->seats_in_longest_row * (size_t)(view->number_width + 1) - 1;
    hall_tier_title(hall, view->tier_index, tier, sizeof tier);
    snprintf(line, sizeof line, "Section %s  --  %s", name, tier);
    pen_strong(pen, line);
    pen_newline(pen);
    pen_newline(pen);
    pen_space(pen, (size_t)view->label_width + 2);
    pen_centred(pen, width < strlen("S T A G E") ? "STAGE" : "S T A G E", width);
    pen_newline(pen);
}

bool hall_draw_section(const struct hall *hall, const char *name, struct pen *pen)
{
    struct view view;
    struct row_walk walk = {0};
    if (!find_section(hall, name, &view)) return false;
    draw_title(hall, &view, name, pen);
    while (row_walk_step(hall->layout, &walk))
        if (strcmp(walk.section->name, name) == 0) draw_row(hall, &view, &walk, pen);
    struct seat_counts counts = hall_count(hall, view.first_seat_index, view.seat_count);
    pen_newline(pen);
    hall_draw_legend(&counts, pen);
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
