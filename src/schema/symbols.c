#include "schema/symbols.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rpc/generator/comments.h"

enum { SYMBOLS_FIRST = 256 };

struct symbols {
    struct symbol *list;
    size_t count;
    size_t capacity;
    bool out_of_memory;
};

/* --- Making the list -------------------------------------------------------------------------- */

/* Where something is defined: what its name begins with, and the path to it. */
struct place {
    const Google__Protobuf__FileDescriptorProto *file;
    char scope[SYMBOL_NAME_BYTES]; /* "onsale.v1" */
    int32_t path[SYMBOL_PATH_MAX];
    size_t path_length;
};

static struct symbol *add(struct symbols *symbols, enum symbol_kind kind, const struct place *place)
{
    if (symbols->count == symbols->capacity) {
        size_t capacity = symbols->capacity == 0 ? SYMBOLS_FIRST : 2 * symbols->capacity;
        struct symbol *larger = realloc(symbols->list, capacity * sizeof *larger);
        if (larger == NULL) {
            symbols->out_of_memory = true;
            return NULL;
        }
        symbols->list = larger;
        symbols->capacity = capacity;
    }
    struct symbol *symbol = &symbols->list[symbols->count++];
    *symbol = (struct symbol){.kind = kind, .file = place->file, .path_length = place->path_length};
    memcpy(symbol->name, place->scope, sizeof symbol->name);
    memcpy(symbol->path, place->path, sizeof symbol->path);
    return symbol;
}

/* @return Whether there is such a place: names and nesting beyond all bounds have none. */
static bool go_into(const struct place *outer, const char *separator, const char *name,
                    int32_t step, size_t index, struct place *ret_inner)
{
    if (outer->path_length + 2 > SYMBOL_PATH_MAX) return false;
    *ret_inner = *outer;
    int length = snprintf(ret_inner->scope, sizeof ret_inner->scope, "%s%s%s", outer->scope,
                          outer->scope[0] == '\0' ? "" : separator, name);
    ret_inner->path[ret_inner->path_length++] = step;
    ret_inner->path[ret_inner->path_length++] = (int32_t)index;
    return length < (int)sizeof ret_inner->scope;
}

static void add_enum(struct symbols *symbols, const struct place *outer, int32_t step, size_t index,
                     const Google__Protobuf__EnumDescriptorProto *enumeration)
{
    struct place place;
    if (!go_into(outer, ".", enumeration->name, step, index, &place)) return;
    struct symbol *symbol = add(symbols, SYMBOL_ENUM, &place);
    if (symbol != NULL) symbol->enumeration = enumeration;
}

/* Messages are nested as deep as the path has room for. */
static void add_message(struct symbols *symbols, const struct place *outer, int32_t step,
                        size_t index, const Google__Protobuf__DescriptorProto *message)
{
    struct place place;
    if (!go_into(outer, ".", message->name, step, index, &place)) return;
    struct symbol *symbol = add(symbols, SYMBOL_MESSAGE, &place);
    if (symbol != NULL) symbol->message = message;
    for (size_t i = 0; i < message->n_nested_type; i++)
        add_message(symbols, &place, PATH_NESTED_MESSAGE, i, message->nested_type[i]);
    for (size_t i = 0; i < message->n_enum_type; i++)
        add_enum(symbols, &place, PATH_NESTED_ENUM, i, message->enum_type[i]);
}

static void add_service(struct symbols *symbols, const struct place *outer, size_t index,
                        const Google__Protobuf__ServiceDescriptorProto *service)
{
    struct place place, inner;
    if (!go_into(outer, ".", service->name, PATH_SERVICE, index, &place)) return;
    struct symbol *symbol = add(symbols, SYMBOL_SERVICE, &place);
    if (symbol != NULL) symbol->service = service;
    for (size_t i = 0; i < service->n_method; i++) {
        if (!go_into(&place, "/", service->method[i]->name, PATH_MEMBER, i, &inner)) continue;
        symbol = add(symbols, SYMBOL_METHOD, &inner);
        if (symbol == NULL) return;
        symbol->service = service;
        symbol->method = service->method[i];
    }
}

static void add_file(struct symbols *symbols, const Google__Protobuf__FileDescriptorProto *file)
{
    struct place place = {.file = file};
    if (file->package != NULL) snprintf(place.scope, sizeof place.scope, "%s", file->package);
    for (size_t i = 0; i < file->n_service; i++)
        add_service(symbols, &place, i, file->service[i]);
    for (size_t i = 0; i < file->n_message_type; i++)
        add_message(symbols, &place, PATH_MESSAGE, i, file->message_type[i]);
    for (size_t i = 0; i < file->n_enum_type; i++)
        add_enum(symbols, &place, PATH_ENUM, i, file->enum_type[i]);
}

struct symbols *symbols_open(const Google__Protobuf__FileDescriptorSet *set)
{
    struct symbols *symbols = calloc(1, sizeof *symbols);
    for (size_t i = 0; symbols != NULL && i < set->n_file; i++)
        add_file(symbols, set->file[i]);
    if (symbols == NULL || !symbols->out_of_memory) return symbols;
    symbols_close(symbols);
    return NULL;
}

void symbols_close(struct symbols *symbols)
{
    if (symbols == NULL) return;
    free(symbols->list);
    free(symbols);
}

const struct symbol *symbols_at(const struct symbols *symbols, size_t index)
{
    return index < symbols->count ? &symbols->list[index] : NULL;
}

/* --- Names ------------------------------------------------------------------------------------ */

static bool is_separator(char c)
{
    return c == '.' || c == '/';
}

static const char *without_first(const char *typed)
{
    return is_separator(typed[0]) ? typed + 1 : typed;
}

static bool is_same(const char *a, const char *b)
{
    for (; *a != '\0' && (*a == *b || (is_separator(*a) && is_separator(*b))); a++)
        b++;
    return *a == '\0' && *b == '\0';
}

bool symbol_is_called(const struct symbol *symbol, const char *typed)
{
    const char *end = without_first(typed);
    size_t length = strlen(symbol->name), end_length = strlen(end);
    if (end_length == 0 || end_length > length) return false;
    size_t before = length - end_length;
    return is_same(symbol->name + before, end) &&
           (before == 0 || is_separator(symbol->name[before - 1]));
}

const char *symbol_name_like(const struct symbol *symbol, const char *typed)
{
    size_t separators = 0;
    for (const char *at = without_first(typed); *at != '\0'; at++)
        separators += is_separator(*at);
    const char *begin = symbol->name + strlen(symbol->name);
    while (begin > symbol->name && (!is_separator(begin[-1]) || separators-- > 0))
        begin--;
    return begin;
}

const struct symbol *symbols_find(const struct symbols *symbols, unsigned kinds, const char *typed,
                                  size_t *ret_count)
{
    const struct symbol *found = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < symbols->count; i++) {
        const struct symbol *symbol = &symbols->list[i];
        if ((symbol->kind & kinds) == 0 || !symbol_is_called(symbol, typed)) continue;
        if (is_same(symbol->name, without_first(typed))) {
            *ret_count = 1;
            return symbol;
        }
        if (found == NULL) found = symbol;
        ++*ret_count;
    }
    return found;
}
