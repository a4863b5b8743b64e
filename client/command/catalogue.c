#include "client/command/catalogue.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "client/command/json_reader.h"
#include "client/command/message.h"

/* Some editors begin UTF-8 with it. */
static const char byte_order_mark[] = "\xef\xbb\xbf";

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

/* Rows of one length, with names that follow one another. */
static void read_row_range(struct json_reader *reader, const struct json_node *node,
                           ProtobufCMessage *section)
{
    static const char *const keys[] = {"from", "count", "seats", NULL};
    json_expect_object(reader, node, keys);
    struct range_start start = read_range_start(reader, node);
    size_t count = (size_t)json_number(reader, node, "count", 1, ROWS_PER_SECTION_MAX);
    uint32_t seats = (uint32_t)json_number(reader, node, "seats", 1, SEATS_PER_ROW_MAX);
    Onsale__V1__Row **rows = arena_calloc(reader->arena, count, sizeof *rows);
    if (rows == NULL) json_reader_fail(reader, node, "out of memory");
    for (size_t i = 0; i < count && json_reader_ok(reader); i++) {
        rows[i] = (Onsale__V1__Row *)json_make_message(reader, node, &onsale__v1__row__descriptor);
        if (rows[i] == NULL) return;
        rows[i]->name = range_name(reader, start, i);
        rows[i]->first_number = 1;
        rows[i]->seat_count = seats;
        if (rows[i]->name == NULL) json_reader_fail(reader, node, "out of memory");
    }
    if (json_reader_ok(reader)) message_set_list(section, "rows", rows, count);
}

/* They need not be there. */
static void read_wheelchairs(struct json_reader *reader, const struct json_node *node,
                             ProtobufCMessage *message)
{
    static const char *const keys[] = {"from", "count", NULL};
    Onsale__V1__Row *row = (Onsale__V1__Row *)message;
    struct json_node run = json_member(reader, node, "wheelchairs", false);
    if (run.value == NULL) return;
    json_expect_object(reader, &run, keys);
    row->first_wheelchair_number =
        (uint32_t)json_number(reader, &run, "from", 0, 9999 + SEATS_PER_ROW_MAX);
    row->wheelchair_count = (uint32_t)json_number(reader, &run, "count", 1, SEATS_PER_ROW_MAX);
}

static const struct json_key row_keys[] = {
    {"name", "name", JSON_KIND_TEXT, 1, ROW_NAME_BYTES_MAX, NULL, NULL},
    {"first_number", "first_number", JSON_KIND_NUMBER, 0, 9999, NULL, NULL},
    {"seats", "seat_count", JSON_KIND_NUMBER, 1, SEATS_PER_ROW_MAX, NULL, NULL},
    {"wheelchairs", NULL, JSON_KIND_OTHER, 0, 0, NULL, read_wheelchairs},
    {0},
};
static const struct json_key rows_key = {"rows",   "rows", JSON_KIND_LIST, 1, ROWS_PER_SECTION_MAX,
                                         row_keys, NULL};

/* Either each row by itself, or a range of them. */
static void read_rows(struct json_reader *reader, const struct json_node *node,
                      ProtobufCMessage *section)
{
    struct json_node rows = json_member(reader, node, "rows", false);
    struct json_node range = json_member(reader, node, "row_range", false);
    if (json_reader_ok(reader) && (rows.value == NULL) == (range.value == NULL))
        json_reader_fail(reader, node, "must have either rows or row_range");
    else if (rows.value != NULL)
        json_read_list(reader, &rows, &rows_key, section);
    else if (range.value != NULL)
        read_row_range(reader, &range, section);
}

static const struct json_key section_keys[] = {
    {"name", "name", JSON_KIND_TEXT, 1, NAME_BYTES_MAX, NULL, NULL},
    {"tier", "tier_index", JSON_KIND_NUMBER, 0, TIERS_PER_PERFORMANCE_MAX - 1, NULL, NULL},
    {"rows", NULL, JSON_KIND_OTHER, 0, 0, NULL, read_rows},
    {"row_range", NULL, JSON_KIND_OTHER, 0, 0, NULL, NULL},
    {0},
};
static const struct json_key layout_keys[] = {
    {"layout_id", "layout_id", JSON_KIND_NUMBER, 1, UINT32_MAX, NULL, NULL},
    {"sections", "sections", JSON_KIND_LIST, 1, SECTIONS_PER_LAYOUT_MAX, section_keys, NULL},
    {0},
};
static const struct json_key tier_keys[] = {
    {"name", "name", JSON_KIND_TEXT, 1, NAME_BYTES_MAX, NULL, NULL},
    {"price", "price", JSON_KIND_NUMBER, 0, SEAT_PRICE_MAX, NULL, NULL},
    {0},
};
/* It need not be there. */
static void read_currency(struct json_reader *reader, const struct json_node *node,
                          ProtobufCMessage *message)
{
    Onsale__V1__Performance *performance = (Onsale__V1__Performance *)message;
    if (json_member(reader, node, "currency", false).value == NULL) return;
    char *currency = json_text(reader, node, "currency", 3, 3);
    if (json_reader_ok(reader)) performance->currency = currency;
}

static const struct json_key performance_keys[] = {
    {"performance_id", "performance_id", JSON_KIND_NUMBER, 1, UINT32_MAX, NULL, NULL},
    {"layout_id", "layout_id", JSON_KIND_NUMBER, 1, UINT32_MAX, NULL, NULL},
    {"starts_at", "starts_at_ms", JSON_KIND_MOMENT, 0, 0, NULL, NULL},
    {"sale_opens_at", "sale_opens_at_ms", JSON_KIND_MOMENT, 0, 0, NULL, NULL},
    {"sale_closes_at", "sale_closes_at_ms", JSON_KIND_MOMENT, 0, 0, NULL, NULL},
    {"tiers", "tiers", JSON_KIND_LIST, 1, TIERS_PER_PERFORMANCE_MAX, tier_keys, NULL},
    {"currency", NULL, JSON_KIND_OTHER, 0, 0, NULL, read_currency},
    {0},
};
static const struct json_key concert_keys[] = {
    {"concert_id", "concert_id", JSON_KIND_NUMBER, 1, UINT32_MAX, NULL, NULL},
    {"title", "title", JSON_KIND_TEXT, 1, LONG_NAME_BYTES_MAX, NULL, NULL},
    {"artist", "artist", JSON_KIND_TEXT, 0, LONG_NAME_BYTES_MAX, NULL, NULL},
    {"venue", "venue", JSON_KIND_TEXT, 0, LONG_NAME_BYTES_MAX, NULL, NULL},
    {0},
};
static const struct json_key catalogue_keys[] = {
    {"concert", "concert", JSON_KIND_MEMBER, 0, 0, concert_keys, NULL},
    {"layouts", "layouts", JSON_KIND_LIST, 1, LAYOUTS_PER_IMPORT_MAX, layout_keys, NULL},
    {"performances", "performances", JSON_KIND_LIST, 1, PERFORMANCES_PER_IMPORT_MAX,
     performance_keys, NULL},
    {0},
};

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
    json_read_message(&reader, &top, catalogue_keys, &request.base);
    json_decref(document);
    if (!json_reader_ok(&reader)) return false;
    for (size_t i = 0; i < request.n_performances; i++)
        request.performances[i]->concert_id = request.concert->concert_id;
    *ret_request = request;
    return true;
}
