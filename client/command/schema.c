#include "client/command/schema.h"

#include <stdio.h>

#include "base/require.h"
#include "client/command/suggestion.h"
#include "schema/descriptors.h"
#include "text/name.h"

enum { NAMED_BYTES = 192, TYPED_BYTES_MAX = 60 };

/* Made by the build. */
extern const uint8_t schema_bytes[];
extern const size_t schema_bytes_size;

static struct descriptors *descriptors;
static struct symbols *symbols; /* NULL until they are asked for */

const struct symbols *schema_symbols(void)
{
    if (symbols != NULL) return symbols;
    descriptors = descriptors_open(schema_bytes, schema_bytes_size);
    REQUIRE(descriptors != NULL);
    symbols = symbols_open(descriptors_all(descriptors));
    REQUIRE(symbols != NULL);
    return symbols;
}

void schema_close(void)
{
    symbols_close(symbols);
    descriptors_close(descriptors);
    symbols = NULL;
    descriptors = NULL;
}

static void complain_of_none(struct run *run, unsigned kinds, const char *what, const char *typed)
{
    struct suggestion suggestion = {.typed = typed};
    const struct symbol *symbol;
    for (size_t i = 0; (symbol = symbols_at(schema_symbols(), i)) != NULL; i++)
        if ((symbol->kind & kinds) != 0)
            suggestion_offer(&suggestion, symbol_name_like(symbol, typed));
    bool is_near = suggestion.best != NULL;
    run_fail(run, ONSALE_ARGUMENT_INVALID, "there is no %s '%.*s'%s%s%s", what,
             text_head(typed, TYPED_BYTES_MAX), typed, is_near ? "; did you mean " : "",
             is_near ? suggestion.best : "", is_near ? "?" : "");
}

static void complain_of_several(struct run *run, unsigned kinds, const char *typed)
{
    char names[NAMED_BYTES] = "";
    size_t length = 0;
    const struct symbol *symbol;
    for (size_t i = 0; (symbol = symbols_at(schema_symbols(), i)) != NULL; i++) {
        if ((symbol->kind & kinds) == 0 || !symbol_is_called(symbol, typed)) continue;
        int more = snprintf(names + length, sizeof names - length, "%s%s",
                            length == 0 ? "" : " or ", symbol->name);
        length += (size_t)more;
        if (length >= sizeof names) break;
    }
    run_fail(run, ONSALE_ARGUMENT_INVALID, "'%.*s' is %s: say which",
             text_head(typed, TYPED_BYTES_MAX), typed, names);
}

const struct symbol *schema_find(struct run *run, unsigned kinds, const char *what,
                                 const char *typed)
{
    size_t count;
    const struct symbol *symbol = symbols_find(schema_symbols(), kinds, typed, &count);
    if (count == 0) complain_of_none(run, kinds, what, typed);
    if (count > 1) complain_of_several(run, kinds, typed);
    return count == 1 ? symbol : NULL;
}
