#include "client/command/schema.h"

#include <stdio.h>
#include <string.h>

#include "base/require.h"
#include "client/command/failure.h"
#include "client/command/suggestion.h"
#include "schema/descriptors.h"
#include "text/name.h"

enum { NAMED_BYTES = 192, TYPED_BYTES_MAX = 60 };

/* Made by the build. */
extern const uint8_t schema_bytes[];
extern const size_t schema_bytes_size;

void schema_open(struct schema *ret_schema)
{
    ret_schema->descriptors = descriptors_open(schema_bytes, schema_bytes_size);
    REQUIRE(ret_schema->descriptors != NULL);
    ret_schema->symbols = symbols_open(descriptors_all(ret_schema->descriptors));
    REQUIRE(ret_schema->symbols != NULL);
}

void schema_close(struct schema *schema)
{
    symbols_close(schema->symbols);
    descriptors_close(schema->descriptors);
}

const char *schema_kind_name(enum symbol_kind kind)
{
    switch (kind) {
    case SYMBOL_SERVICE:
        return "service";
    case SYMBOL_METHOD:
        return "method";
    case SYMBOL_MESSAGE:
        return "message";
    case SYMBOL_ENUM:
        return "enum";
    }
    return "name";
}

static void complain_of_none(const struct schema *schema, unsigned kinds, const char *what,
                             const char *typed, struct onsale_error *ret_error)
{
    struct suggestion suggestion = {.typed = typed};
    const struct symbol *symbol;
    for (size_t i = 0; (symbol = symbols_at(schema->symbols, i)) != NULL; i++)
        if ((symbol->kind & kinds) != 0)
            suggestion_offer(&suggestion, symbol_name_like(symbol, typed));
    bool is_near = suggestion.best != NULL;
    failure_make(ret_error, ONSALE_ARGUMENT_INVALID, "there is no %s '%.*s'%s%s%s", what,
                 text_head(typed, TYPED_BYTES_MAX), typed, is_near ? "; did you mean " : "",
                 is_near ? suggestion.best : "", is_near ? "?" : "");
}

static void complain_of_several(const struct schema *schema, unsigned kinds, const char *typed,
                                struct onsale_error *ret_error)
{
    char names[NAMED_BYTES] = "";
    size_t length = 0;
    const struct symbol *symbol;
    for (size_t i = 0; (symbol = symbols_at(schema->symbols, i)) != NULL; i++) {
        if ((symbol->kind & kinds) == 0 || !symbol_is_called(symbol, typed)) continue;
        int more = snprintf(names + length, sizeof names - length, "%s%s",
                            length == 0 ? "" : " or ", symbol->name);
        length += (size_t)more;
        if (length >= sizeof names) break;
    }
    failure_make(ret_error, ONSALE_ARGUMENT_INVALID, "'%.*s' is %s: say which",
                 text_head(typed, TYPED_BYTES_MAX), typed, names);
}

const struct symbol *schema_find(const struct schema *schema, unsigned kinds, const char *what,
                                 const char *typed, struct onsale_error *ret_error)
{
    size_t count;
    const struct symbol *symbol = symbols_find(schema->symbols, kinds, typed, &count);
    if (count == 0) complain_of_none(schema, kinds, what, typed, ret_error);
    if (count > 1) complain_of_several(schema, kinds, typed, ret_error);
    return count == 1 ? symbol : NULL;
}
