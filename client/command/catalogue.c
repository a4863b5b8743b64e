#include "client/command/catalogue.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "client/command/json_reader.h"

/* Some editors begin UTF-8 with it. */
static const char byte_order_mark[] = "\xef\xbb\xbf";

static void *make_array(struct json_reader *reader, const struct json_node *node, size_t count,
                        size_t element_size)
{
    void *array = arena_calloc(reader->arena, count, element_size);
    if (array == NULL) json_reader_fail(reader, node, "out of memory");
    return array;
}

static Onsale__V1__Concert *read_concert(struct json_reader *reader, const struct json_node *node)
{
    static const char *const keys[] = {"concert_id", "title", "artist", "venue", NULL};
    json_expect_object(reader, node, keys);
    Onsale__V1__Concert *concert = make_array(reader, node, 1, sizeof *concert);
    if (concert == NULL) return NULL;
    onsale__v1__concert__init(concert);
    concert->concert_id = (uint32_t)json_number(reader, node, "concert_id", 1, UINT32_MAX);
    concert->title = json_text(reader, node, "title", 1, LONG_NAME_BYTES_MAX);
    concert->artist = json_text(reader, node, "artist", 0, LONG_NAME_BYTES_MAX);
    concert->venue = json_text(reader, node, "venue", 0, LONG_NAME_BYTES_MAX);
    return concert;
}

static void read_row(struct json_reader *reader, const struct json_node *node,
                     Onsale__V1__Row *ret_row)
{
    static const char *const keys[] = {"name", "first_number", "seats", NULL};
    json_expect_object(reader, node, keys);
    onsale__v1__row__init(ret_row);
    ret_row->name = json_text(reader, node, "name", 1, ROW_NAME_BYTES_MAX);
    ret_row->first_number = (uint32_t)json_number(reader, node, "first_number", 0, 9999);
    ret_row->seat_count = (uint32_t)json_number(reader, node, "seats", 1, SEATS_PER_ROW_MAX);
}

static void read_rows(struct json_reader *reader, const struct json_node *node,
                      Onsale__V1__Section *section)
{
    size_t count = json_array_length(reader, node, 1, ROWS_PER_SECTION_MAX);
    Onsale__V1__Row *rows = make_array(reader, node, count, sizeof *rows);
    section->rows = make_array(reader, node, count, sizeof *section->rows);
    for (size_t i = 0; i < count && json_reader_ok(reader); i++) {
        struct json_node row = json_element(node, i);
        read_row(reader, &row, &rows[i]);
        section->rows[i] = &rows[i];
    }
    section->n_rows = count;
}

/* "A" .. "Z", "AA", "AB" .. "ZZ", "AAA" ... */
static void letters_of(size_t number, char ret_name[ROW_NAME_BYTES_MAX + 1])
{
    char reversed[ROW_NAME_BYTES_MAX];
    size_t length = 0;
    for (size_t left = number + 1; left > 0; left = (left - 1) / 26)
        reversed[length++] = (char)('A' + (left - 1) % 26);
    for (size_t i = 0; i < length; i++)
        ret_name[i] = reversed[length - 1 - i];
    ret_name[length] = '\0';
}

/* Where the rows of a range begin: "A" to "Z", or a number. */
struct range_start {
    bool letters;
    size_t number; /* 0 for "A" */
};

static struct range_start read_range_start(struct json_reader *reader,
                                           const struct json_node *range)
{
    struct json_node from = json_member(reader, range, "from", true);
    if (json_is_integer(from.value))
        return (struct range_start){false, (size_t)json_number(reader, range, "from", 0, 9999)};
    const char *text = json_string_value(from.value);
    if (text != NULL && strlen(text) == 1 && text[0] >= 'A' && text[0] <= 'Z')
        return (struct range_start){true, (size_t)(text[0] - 'A')};
    json_reader_fail(reader, &from, "must be a letter \"A\" to \"Z\" or a whole number, 0..9999");
    return (struct range_start){0};
}

static char *range_name(struct json_reader *reader, struct range_start start, size_t place)
{
    char name[ROW_NAME_BYTES_MAX + 1];
    if (start.letters)
        letters_of(start.number + place, name);
    else
        snprintf(name, sizeof name, "%zu", start.number + place);
    return arena_copy(reader->arena, name, strlen(name) + 1);
}

static void read_row_range(struct json_reader *reader, const struct json_node *node,
                           Onsale__V1__Section *section)
{
    static const char *const keys[] = {"from", "count", "seats", NULL};
    json_expect_object(reader, node, keys);
    struct range_start start = read_range_start(reader, node);
    size_t count = (size_t)json_number(reader, node, "count", 1, ROWS_PER_SECTION_MAX);
    uint32_t seats = (uint32_t)json_number(reader, node, "seats", 1, SEATS_PER_ROW_MAX);
    Onsale__V1__Row *rows = make_array(reader, node, count, sizeof *rows);
    section->rows = make_array(reader, node, count, sizeof *section->rows);
    for (size_t i = 0; i < count && json_reader_ok(reader); i++) {
        onsale__v1__row__init(&rows[i]);
        rows[i].name = range_name(reader, start, i);
        rows[i].first_number = 1;
        rows[i].seat_count = seats;
        section->rows[i] = &rows[i];
        if (rows[i].name == NULL) json_reader_fail(reader, node, "out of memory");
    }
    section->n_rows = count;
}

static void read_section(struct json_reader *reader, const struct json_node *node,
                         Onsale__V1__Section *ret_section)
{
    static const char *const keys[] = {"name", "tier", "rows", "row_range", NULL};
    json_expect_object(reader, node, keys);
    onsale__v1__section__init(ret_section);
    ret_section->name = json_text(reader, node, "name", 1, NAME_BYTES_MAX);
    ret_section->tier_index =
        (uint32_t)json_number(reader, node, "tier", 0, TIERS_PER_PERFORMANCE_MAX - 1);
    struct json_node rows = json_member(reader, node, "rows", false);
    struct json_node range = json_member(reader, node, "row_range", false);
    if (json_reader_ok(reader) && (rows.value == NULL) == (range.value == NULL))
        json_reader_fail(reader, node, "must have either rows or row_range");
    else if (rows.value != NULL)
        read_rows(reader, &rows, ret_section);
    else if (range.value != NULL)
        read_row_range(reader, &range, ret_section);
}

static void read_layout(struct json_reader *reader, const struct json_node *node,
                        Onsale__V1__SeatLayout *ret_layout)
{
    static const char *const keys[] = {"layout_id", "sections", NULL};
    json_expect_object(reader, node, keys);
    onsale__v1__seat_layout__init(ret_layout);
    ret_layout->layout_id = (uint32_t)json_number(reader, node, "layout_id", 1, UINT32_MAX);
    struct json_node sections = json_member(reader, node, "sections", true);
    size_t count = json_array_length(reader, &sections, 1, SECTIONS_PER_LAYOUT_MAX);
    Onsale__V1__Section *array = make_array(reader, node, count, sizeof *array);
    ret_layout->sections = make_array(reader, node, count, sizeof *ret_layout->sections);
    for (size_t i = 0; i < count && json_reader_ok(reader); i++) {
        struct json_node section = json_element(&sections, i);
        read_section(reader, &section, &array[i]);
        ret_layout->sections[i] = &array[i];
    }
    ret_layout->n_sections = count;
}

static void read_tier(struct json_reader *reader, const struct json_node *node,
                      Onsale__V1__PriceTier *ret_tier)
{
    static const char *const keys[] = {"name", "price", NULL};
    json_expect_object(reader, node, keys);
    onsale__v1__price_tier__init(ret_tier);
    ret_tier->name = json_text(reader, node, "name", 1, NAME_BYTES_MAX);
    ret_tier->price = json_number(reader, node, "price", 0, SEAT_PRICE_MAX);
}

static void read_tiers(struct json_reader *reader, const struct json_node *node,
                       Onsale__V1__Performance *performance)
{
    size_t count = json_array_length(reader, node, 1, TIERS_PER_PERFORMANCE_MAX);
    Onsale__V1__PriceTier *array = make_array(reader, node, count, sizeof *array);
    performance->tiers = make_array(reader, node, count, sizeof *performance->tiers);
    for (size_t i = 0; i < count && json_reader_ok(reader); i++) {
        struct json_node tier = json_element(node, i);
        read_tier(reader, &tier, &array[i]);
        performance->tiers[i] = &array[i];
    }
    performance->n_tiers = count;
}

static void read_performance(struct json_reader *reader, const struct json_node *node,
                             uint32_t concert_id, Onsale__V1__Performance *ret_performance)
{
    static const char *const keys[] = {"performance_id", "layout_id", "starts_at", "sale_opens_at",
                                       "sale_closes_at", "tiers",     NULL};
    json_expect_object(reader, node, keys);
    onsale__v1__performance__init(ret_performance);
    ret_performance->concert_id = concert_id;
    ret_performance->performance_id =
        (uint32_t)json_number(reader, node, "performance_id", 1, UINT32_MAX);
    ret_performance->layout_id = (uint32_t)json_number(reader, node, "layout_id", 1, UINT32_MAX);
    ret_performance->starts_at_ms = json_moment(reader, node, "starts_at");
    ret_performance->sale_opens_at_ms = json_moment(reader, node, "sale_opens_at");
    ret_performance->sale_closes_at_ms = json_moment(reader, node, "sale_closes_at");
    struct json_node tiers = json_member(reader, node, "tiers", true);
    read_tiers(reader, &tiers, ret_performance);
}

static void read_layouts(struct json_reader *reader, const struct json_node *node,
                         Onsale__V1__ImportCatalogueRequest *request)
{
    size_t count = json_array_length(reader, node, 1, LAYOUTS_PER_IMPORT_MAX);
    Onsale__V1__SeatLayout *array = make_array(reader, node, count, sizeof *array);
    request->layouts = make_array(reader, node, count, sizeof *request->layouts);
    for (size_t i = 0; i < count && json_reader_ok(reader); i++) {
        struct json_node layout = json_element(node, i);
        read_layout(reader, &layout, &array[i]);
        request->layouts[i] = &array[i];
    }
    request->n_layouts = count;
}

static void read_performances(struct json_reader *reader, const struct json_node *node,
                              Onsale__V1__ImportCatalogueRequest *request)
{
    size_t count = json_array_length(reader, node, 1, PERFORMANCES_PER_IMPORT_MAX);
    Onsale__V1__Performance *array = make_array(reader, node, count, sizeof *array);
    request->performances = make_array(reader, node, count, sizeof *request->performances);
    for (size_t i = 0; i < count && json_reader_ok(reader); i++) {
        struct json_node performance = json_element(node, i);
        read_performance(reader, &performance, request->concert->concert_id, &array[i]);
        request->performances[i] = &array[i];
    }
    request->n_performances = count;
}

static void read_catalogue(struct json_reader *reader, const struct json_node *top,
                           Onsale__V1__ImportCatalogueRequest *request)
{
    static const char *const keys[] = {"concert", "layouts", "performances", NULL};
    json_expect_object(reader, top, keys);
    struct json_node concert = json_member(reader, top, "concert", true);
    struct json_node layouts = json_member(reader, top, "layouts", true);
    struct json_node performances = json_member(reader, top, "performances", true);
    request->concert = read_concert(reader, &concert);
    read_layouts(reader, &layouts, request);
    read_performances(reader, &performances, request);
}

/* What is no JSON in UTF-8 though it may look so in an editor. */
static const char *encoding_problem(const char *text, size_t size)
{
    if (size == 0) return "there is nothing in it";
    bool has_mark =
        size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
    bool has_zeros = size >= 2 && (text[0] == '\0') != (text[1] == '\0');
    if (has_mark || has_zeros) return "it is UTF-16 or UTF-32: save it as UTF-8";
    return NULL;
}

/* jansson takes a NUL for the end. */
static bool find_nul(const char *text, size_t size, char problem[CATALOGUE_PROBLEM_BYTES])
{
    size_t line = 1, column = 1;
    const char *nul = memchr(text, '\0', size);
    if (nul == NULL) return false;
    for (const char *at = text; at < nul; at++) {
        column = *at == '\n' ? 1 : column + 1;
        if (*at == '\n') line++;
    }
    snprintf(problem, CATALOGUE_PROBLEM_BYTES,
             "line %zu, column %zu: a NUL byte, of which JSON has none", line, column);
    return true;
}

/* @return NULL with the problem set. */
static json_t *load(const char *text, size_t size, char problem[CATALOGUE_PROBLEM_BYTES])
{
    json_error_t error;
    if (size >= sizeof byte_order_mark - 1 &&
        memcmp(text, byte_order_mark, sizeof byte_order_mark - 1) == 0) {
        text += sizeof byte_order_mark - 1;
        size -= sizeof byte_order_mark - 1;
    }
    const char *encoding = encoding_problem(text, size);
    if (encoding != NULL) {
        snprintf(problem, CATALOGUE_PROBLEM_BYTES, "%s", encoding);
        return NULL;
    }
    if (find_nul(text, size, problem)) return NULL;
    json_t *document = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (document == NULL)
        snprintf(problem, CATALOGUE_PROBLEM_BYTES, "line %d, column %d: %s", error.line,
                 error.column, error.text);
    return document;
}

bool catalogue_parse(const char *text, size_t size, struct arena *arena,
                     Onsale__V1__ImportCatalogueRequest *ret_request,
                     char ret_problem[CATALOGUE_PROBLEM_BYTES])
{
    json_t *document = load(text, size, ret_problem);
    if (document == NULL) return false;
    struct json_reader reader = {arena, ret_problem, CATALOGUE_PROBLEM_BYTES};
    struct json_node top = {.value = document};
    Onsale__V1__ImportCatalogueRequest request = ONSALE__V1__IMPORT_CATALOGUE_REQUEST__INIT;
    ret_problem[0] = '\0';
    read_catalogue(&reader, &top, &request);
    json_decref(document);
    if (!json_reader_ok(&reader)) return false;
    *ret_request = request;
    return true;
}
