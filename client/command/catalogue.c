#include "client/command/catalogue.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "client/command/json_reader.h"
#include "client/command/message.h"

enum { CURRENCY_BYTES = 3 };

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

/* Rows of the tables below. Ranges are those of the server. */
#define NUMBER(key, field, min, max) key, field, JSON_NUMBER, min, max, NULL, NULL, false, NULL
#define TEXT(key, min, max) key, key, JSON_TEXT, min, max, NULL, NULL, false, NULL
#define MOMENT(key) key, key "_ms", JSON_MOMENT, 0, 0, NULL, NULL, false, NULL
#define MEMBER(key, keys) key, key, JSON_MEMBER, 0, 0, keys, NULL, false, NULL
#define LIST(key, max, keys) key, key, JSON_LIST, 1, max, keys, NULL, false, NULL

/* Where the rows of a range begin: "A" to "Z", or a number. */
struct range_start {
    bool is_letter;
    size_t number; /* 0 for "A" */
};

static struct range_start read_range_start(struct json_reader *reader, const json_t *from)
{
    const char *text = json_string_value(from);
    json_int_t number = json_integer_value(from);
    if (json_is_integer(from) && number >= 0 && number <= 9999)
        return (struct range_start){false, (size_t)number};
    if (text != NULL && strlen(text) == 1 && text[0] >= 'A' && text[0] <= 'Z')
        return (struct range_start){true, (size_t)(text[0] - 'A')};
    json_complain(reader, "from", "must be a letter \"A\" to \"Z\" or a whole number, 0..9999");
    return (struct range_start){0};
}

static char *range_name(struct json_reader *reader, struct range_start start, size_t place)
{
    char name[ROW_NAME_BYTES_MAX + 1];
    if (start.is_letter)
        letters_of(start.number + place, name);
    else
        snprintf(name, sizeof name, "%zu", start.number + place);
    return arena_copy(reader->arena, name, strlen(name) + 1);
}

/* Rows of one length, with names that follow one another. */
static void read_row_range(struct json_reader *reader, const json_t *range,
                           ProtobufCMessage *section)
{
    enum { COUNT, SEATS, FROM };
    static const struct json_key keys[] = {
        [COUNT] = {NUMBER("count", NULL, 1, ROWS_PER_SECTION_MAX)},
        [SEATS] = {NUMBER("seats", NULL, 1, SEATS_PER_ROW_MAX)},
        [FROM] = {.key = "from"},
        {0},
    };
    if (!json_check_keys(reader, range, keys)) return;
    struct range_start start = read_range_start(reader, json_object_get(range, keys[FROM].key));
    size_t count = (size_t)json_number(reader, range, &keys[COUNT]);
    uint32_t seats = (uint32_t)json_number(reader, range, &keys[SEATS]);
    Onsale__V1__Row **rows = arena_calloc(reader->arena, count, sizeof *rows);
    if (rows == NULL) json_complain(reader, NULL, "out of memory");
    for (size_t i = 0; i < count && json_ok(reader); i++) {
        rows[i] = (Onsale__V1__Row *)json_make_message(reader, &onsale__v1__row__descriptor);
        if (rows[i] == NULL) return;
        rows[i]->name = range_name(reader, start, i);
        rows[i]->first_number = 1;
        rows[i]->seat_count = seats;
        if (rows[i]->name == NULL) json_complain(reader, NULL, "out of memory");
    }
    if (json_ok(reader)) message_set_list(section, "rows", rows, count);
}

static const struct json_key wheelchairs_keys[] = {
    {NUMBER("from", "first_wheelchair_number", 0, 9999 + SEATS_PER_ROW_MAX)},
    {NUMBER("count", "wheelchair_count", 1, SEATS_PER_ROW_MAX)},
    {0},
};
static const struct json_key row_keys[] = {
    {TEXT("name", 1, ROW_NAME_BYTES_MAX)},
    {NUMBER("first_number", "first_number", 0, 9999)},
    {NUMBER("seats", "seat_count", 1, SEATS_PER_ROW_MAX)},
    {.key = "wheelchairs", .kind = JSON_PART, .keys = wheelchairs_keys, .is_optional = true},
    {0},
};
static const struct json_key section_keys[] = {
    {TEXT("name", 1, NAME_BYTES_MAX)},
    {NUMBER("tier", "tier_index", 0, TIERS_PER_PERFORMANCE_MAX - 1)},
    {"rows", "rows", JSON_LIST, 1, ROWS_PER_SECTION_MAX, row_keys, NULL, true, NULL},
    {.key = "row_range", .kind = JSON_OTHER, .read = read_row_range, .instead_of = "rows"},
    {0},
};
static const struct json_key layout_keys[] = {
    {NUMBER("layout_id", "layout_id", 1, UINT32_MAX)},
    {LIST("sections", SECTIONS_PER_LAYOUT_MAX, section_keys)},
    {0},
};
static const struct json_key tier_keys[] = {
    {TEXT("name", 1, NAME_BYTES_MAX)},
    {NUMBER("price", "price", 0, SEAT_PRICE_MAX)},
    {0},
};
static const struct json_key performance_keys[] = {
    {NUMBER("performance_id", "performance_id", 1, UINT32_MAX)},
    {NUMBER("layout_id", "layout_id", 1, UINT32_MAX)},
    {MOMENT("starts_at")},
    {MOMENT("sale_opens_at")},
    {MOMENT("sale_closes_at")},
    {LIST("tiers", TIERS_PER_PERFORMANCE_MAX, tier_keys)},
    {"currency", "currency", JSON_TEXT, CURRENCY_BYTES, CURRENCY_BYTES, NULL, NULL, true, NULL},
    {0},
};
static const struct json_key concert_keys[] = {
    {NUMBER("concert_id", "concert_id", 1, UINT32_MAX)},
    {TEXT("title", 1, LONG_NAME_BYTES_MAX)},
    {TEXT("artist", 0, LONG_NAME_BYTES_MAX)},
    {TEXT("venue", 0, LONG_NAME_BYTES_MAX)},
    {0},
};
static const struct json_key catalogue_keys[] = {
    {MEMBER("concert", concert_keys)},
    {LIST("layouts", LAYOUTS_PER_IMPORT_MAX, layout_keys)},
    {LIST("performances", PERFORMANCES_PER_IMPORT_MAX, performance_keys)},
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
    bool has_mark = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0; /* by some editors */
    text += has_mark ? 3 : 0;
    size -= has_mark ? 3 : 0;
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
    struct json_reader reader = {arena, ret_problem, CATALOGUE_PROBLEM_BYTES, ""};
    Onsale__V1__ImportCatalogueRequest request = ONSALE__V1__IMPORT_CATALOGUE_REQUEST__INIT;
    ret_problem[0] = '\0';
    json_read(&reader, document, catalogue_keys, &request.base);
    json_decref(document);
    if (!json_ok(&reader)) return false;
    for (size_t i = 0; i < request.n_performances; i++)
        request.performances[i]->concert_id = request.concert->concert_id;
    *ret_request = request;
    return true;
}
