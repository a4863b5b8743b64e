#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "client/command/hall.h"
#include "client/command/output.h"
#include "client/command/text.h"

enum { SECTION_GAP = 3, LABEL_GAP = 1, STAGE_WIDTH_MAX = 60, PICTURE_WIDTH_MIN = 48 };
enum { LINE_SEATS_STEP = 10 }; /* a row that is too long goes on in lines of 10, 20, 30 ... */

/* A section on the page: names of the rows at the left, then the seats. */
struct block {
    const Onsale__V1__Section *section;
    uint32_t first_seat_index;
    uint32_t seat_count;
    size_t label_width;
    uint32_t seats_width; /* of a line */
    size_t lines;
    size_t next_row; /* to be drawn */
    uint32_t next_in_row;
    uint32_t next_seat_index;
};

/* Blocks that stand side by side. */
struct shelf {
    struct block *blocks;
    size_t count;
};

static size_t block_width(const struct block *block)
{
    return block->label_width + LABEL_GAP + block->seats_width;
}

static size_t shelf_width(const struct shelf *shelf)
{
    size_t width = 0;
    for (size_t i = 0; i < shelf->count; i++)
        width += block_width(&shelf->blocks[i]) + (i == 0 ? 0 : SECTION_GAP);
    return width;
}

/* Seats of a line in so many columns, of which the longest row may need more. */
static uint32_t line_seats(size_t longest, size_t label_width, size_t width)
{
    size_t taken = label_width + LABEL_GAP;
    size_t room = width > taken + LINE_SEATS_STEP ? width - taken : LINE_SEATS_STEP;
    return (uint32_t)(longest <= room ? longest : room - room % LINE_SEATS_STEP);
}

static size_t row_lines(const struct block *block, const Onsale__V1__Row *row)
{
    return (row->seat_count + block->seats_width - 1) / block->seats_width;
}

static struct block block_of(const Onsale__V1__Section *section, uint32_t first_seat_index,
                             size_t width)
{
    struct block block = {
        .section = section,
        .first_seat_index = first_seat_index,
        .next_seat_index = first_seat_index,
    };
    uint32_t longest = 1;
    for (size_t i = 0; i < section->n_rows; i++) {
        const Onsale__V1__Row *row = section->rows[i];
        size_t label = text_width(row->name);
        block.seat_count += row->seat_count;
        if (label > block.label_width) block.label_width = label;
        if (row->seat_count > longest) longest = row->seat_count;
    }
    block.seats_width = line_seats(longest, block.label_width, width);
    for (size_t i = 0; i < section->n_rows; i++)
        block.lines += row_lines(&block, section->rows[i]);
    return block;
}

static struct block *blocks_of(const Onsale__V1__SeatLayout *layout, size_t width)
{
    struct block *blocks = calloc(layout->n_sections + 1, sizeof *blocks);
    uint32_t seat_index = 0;
    REQUIRE(blocks != NULL);
    for (size_t i = 0; i < layout->n_sections; i++) {
        blocks[i] = block_of(layout->sections[i], seat_index, width);
        seat_index += blocks[i].seat_count;
    }
    return blocks;
}

/* As many blocks as fit, at least one, all of one tier. */
static struct shelf take_shelf(struct block *blocks, size_t count, size_t width)
{
    struct shelf shelf = {blocks, 1};
    while (shelf.count < count &&
           blocks[shelf.count].section->tier_index == blocks[0].section->tier_index) {
        struct shelf larger = {blocks, shelf.count + 1};
        if (shelf_width(&larger) > width) break;
        shelf = larger;
    }
    return shelf;
}

/* Room for the widest shelf, and for the headings of a small hall. */
static size_t picture_width(struct block *blocks, size_t count, size_t width)
{
    size_t widest = width < PICTURE_WIDTH_MIN ? width : PICTURE_WIDTH_MIN, step;
    for (size_t i = 0; i < count; i += step) {
        struct shelf shelf = take_shelf(blocks + i, count - i, width);
        step = shelf.count;
        if (shelf_width(&shelf) > widest) widest = shelf_width(&shelf);
    }
    return widest;
}

static void draw_stage(size_t width, struct writer *writer)
{
    size_t inside = width - 2 < STAGE_WIDTH_MAX ? width - 2 : STAGE_WIDTH_MAX;
    char edge[STAGE_WIDTH_MAX + 3] = "+";
    memset(edge + 1, '-', inside);
    edge[inside + 1] = '+';
    for (int line = 0; line < 3; line++) {
        writer_space(writer, (width - inside - 2) / 2);
        writer_print(writer, INK_PLAIN, "%s", line == 1 ? "|" : edge);
        if (line == 1) {
            writer_centred(writer, "S T A G E", inside);
            writer_print(writer, INK_PLAIN, "|");
        }
        writer_newline(writer);
    }
}

static void draw_tier_heading(const struct hall *hall, struct block *blocks, size_t count,
                              size_t width, struct writer *writer)
{
    char title[HALL_TITLE_BYTES], line[2 * HALL_TITLE_BYTES + 16];
    uint32_t tier_index = blocks[0].section->tier_index, left = 0, total = 0;
    for (size_t i = 0; i < count && blocks[i].section->tier_index == tier_index; i++) {
        struct seat_counts counts =
            hall_count(hall, blocks[i].first_seat_index, blocks[i].seat_count);
        left += counts.by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE];
        total += counts.total;
    }
    hall_tier_title(hall, tier_index, title, sizeof title);
    snprintf(line, sizeof line, "%s  --  %s of %s left", title, text_of_money(left).bytes,
             text_of_money(total).bytes);
    writer_newline(writer);
    writer_centred(writer, line, width);
    writer_newline(writer);
}

static void draw_block_title(const struct hall *hall, const struct block *block,
                             struct writer *writer)
{
    char title[HALL_TITLE_BYTES];
    struct seat_counts counts = hall_count(hall, block->first_seat_index, block->seat_count);
    uint32_t left = counts.by_state[ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE];
    snprintf(title, sizeof title, "%s  %u left", block->section->name, left);
    bool fits = text_width(title) <= block->seats_width;
    writer_space(writer, block->label_width + LABEL_GAP);
    writer_centred(writer, fits ? title : block->section->name, block->seats_width);
}

/* A row stands in the middle; one of several lines begins at the left, where its name is. */
static void draw_block_line(const struct hall *hall, struct block *block, struct writer *writer)
{
    if (block->next_row == block->section->n_rows) {
        writer_space(writer, block_width(block));
        return;
    }
    const Onsale__V1__Row *row = block->section->rows[block->next_row];
    const char *label = block->next_in_row == 0 ? row->name : "";
    uint32_t count = row->seat_count - block->next_in_row;
    if (count > block->seats_width) count = block->seats_width;
    size_t left = row_lines(block, row) > 1 ? 0 : (block->seats_width - count) / 2;
    writer_space(writer, block->label_width - text_width(label));
    if (label[0] != '\0') writer_print(writer, INK_PLAIN, "%s", label);
    writer_space(writer, LABEL_GAP + left);
    for (uint32_t i = 0; i < count; i++)
        writer_seat(writer, hall->states[block->next_seat_index++]);
    writer_space(writer, block->seats_width - left - count);

    block->next_in_row += count;
    if (block->next_in_row < row->seat_count) return;
    block->next_row++;
    block->next_in_row = 0;
}

static size_t shelf_lines(const struct shelf *shelf)
{
    size_t lines = 0;
    for (size_t i = 0; i < shelf->count; i++)
        if (shelf->blocks[i].lines > lines) lines = shelf->blocks[i].lines;
    return lines;
}

static void draw_shelf(const struct hall *hall, struct shelf *shelf, size_t width,
                       struct writer *writer)
{
    size_t taken = shelf_width(shelf), lines = shelf_lines(shelf);
    size_t margin = width > taken ? (width - taken) / 2 : 0;
    writer_newline(writer);
    for (size_t line = 0; line <= lines; line++) {
        writer_space(writer, margin);
        for (size_t i = 0; i < shelf->count; i++) {
            writer_space(writer, i == 0 ? 0 : SECTION_GAP);
            if (line == 0)
                draw_block_title(hall, &shelf->blocks[i], writer);
            else
                draw_block_line(hall, &shelf->blocks[i], writer);
        }
        writer_newline(writer);
    }
}

static void draw_shelves(const struct hall *hall, struct block *blocks, size_t width,
                         size_t drawn_width, struct writer *writer)
{
    size_t count = hall->layout->n_sections, step;
    for (size_t i = 0; i < count; i += step) {
        struct shelf shelf = take_shelf(blocks + i, count - i, width);
        if (i == 0 || blocks[i].section->tier_index != blocks[i - 1].section->tier_index)
            draw_tier_heading(hall, blocks + i, count - i, drawn_width, writer);
        draw_shelf(hall, &shelf, drawn_width, writer);
        step = shelf.count;
    }
}

void hall_draw(const struct hall *hall, size_t width, struct writer *writer)
{
    struct block *blocks = blocks_of(hall->layout, width);
    struct seat_counts counts = hall_count(hall, 0, hall->seat_count);
    size_t drawn_width = picture_width(blocks, hall->layout->n_sections, width);
    draw_stage(drawn_width, writer);
    draw_shelves(hall, blocks, width, drawn_width, writer);
    writer_newline(writer);
    hall_draw_legend(&counts, writer);
    free(blocks);
}
